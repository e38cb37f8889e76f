import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogUnavailable, OffsetGone, type Offset } from '@app/streams';
import { KIB, numbers, type PurgeBed } from './purge-bed.js';

export const deletedStreams = (bed: PurgeBed): void => {
  const { projector, stopAll, settled, messagesOf, bytesOfLog, rowsOf, digests, written } = bed;
  describe('streams that are deleted', () => {
    beforeEach(() => {
      projector();
    });
    afterEach(stopAll);

    it('give their storage back, but for a tombstone', async () => {
      const keep = await written('kept', 10, 5);
      const empty = await bytesOfLog();
      const gone = await written('gone', 200, 5);
      const full = await bytesOfLog();
      expect(full - empty).toBeGreaterThan(200 * 5 * 1024);
      await Promise.all(gone.map((path) => bed.streams.remove(path)));
      await settled();
      expect([...(await messagesOf('gone')).values()]).toEqual(gone.map(() => 1));
      expect(((await bytesOfLog()) - empty) / gone.length).toBeLessThan(400);
      expect(await rowsOf('history', 'gone')).toBe(gone.length);
      expect([...(await messagesOf('kept')).values()]).toEqual(keep.map(() => 5));
      expect(await rowsOf('history', 'kept')).toBe(50);
      for (const path of gone.slice(0, 5)) expect(await bed.streams.text(path)).toBeUndefined();
      for (const path of keep) expect(await bed.streams.text(path)).toBe(KIB.repeat(5));
    });

    it('and created again begin anew, and leave nothing of what was, not even the tombstone', async () => {
      const [path = ''] = await written('again', 1, 3);
      const old: Offset[] = [];
      for (let life = 1; life <= 5; life += 1) {
        await bed.streams.append(path, 'of a producer', { id: 'p', epoch: 0, seq: 0 });
        await bed.streams.remove(path);
        if (life % 2 === 0) await settled();
        old.push(await bed.streams.create(path, `life ${String(life)}`));
      }
      const current = old.pop();
      await settled();
      expect(await messagesOf('again')).toEqual(new Map([[path, 1]]));
      expect(await rowsOf('history', 'again')).toBe(1);
      expect(await rowsOf('stream_producers', 'again')).toBe(0);
      await bed.streams.append(path, ', continued', { id: 'p', epoch: 0, seq: 0 });
      expect(await bed.streams.text(path)).toBe('life 5, continued');
      expect(await bed.streams.text(path, current)).toBe(', continued');
      await settled();
      expect(await rowsOf('stream_producers', 'again')).toBe(1);
      for (const offset of old) await expect(bed.streams.text(path, offset)).rejects.toThrow(OffsetGone);
    });

    it('leave the same rows behind as a rebuild finds', async () => {
      const paths = await written('rebuilt', 20, 3);
      await Promise.all(paths.map((path) => bed.streams.remove(path)));
      await Promise.all(paths.slice(0, 10).map((path) => bed.streams.create(path, 'anew')));
      const { kept, rebuilt } = await digests();
      expect(rebuilt).toEqual(kept);
      for (const path of paths.slice(0, 10)) expect(await bed.streams.text(path)).toBe('anew');
    });

    it('keep what their forks share until the last of them is gone', async () => {
      await bed.streams.create('family/root', 'one ');
      await bed.streams.append('family/root', 'two ');
      await bed.streams.fork('family/a', 'family/root', 'a ');
      await bed.streams.append('family/root', 'three ');
      await bed.streams.fork('family/b', 'family/a', 'b ');
      await bed.streams.fork('family/c', 'family/root', 'c ');
      const expected = { 'family/a': 'one two a ', 'family/b': 'one two a b ', 'family/c': 'one two three c ' };
      const allRead = async (paths: readonly (keyof typeof expected)[]): Promise<void> => {
        // Whatever else is purged meanwhile.
        await bed.streams.create('family/other', KIB);
        await bed.streams.remove('family/other');
        await settled();
        for (const path of paths) expect([path, await bed.streams.text(path)]).toEqual([path, expected[path]]);
      };
      await bed.streams.remove('family/root');
      await bed.streams.remove('family/a');
      await allRead(['family/b', 'family/c']);
      await bed.streams.remove('family/c');
      await allRead(['family/b']);
      expect((await messagesOf('family')).get('family/root')).toBeGreaterThan(3);
      await bed.streams.remove('family/b');
      await settled();
      const paths = ['a', 'b', 'c', 'other', 'root'].map((name) => `family/${name}`);
      expect([...(await messagesOf('family'))].sort()).toEqual(paths.map((path) => [path, 1]));
      expect(await rowsOf('history', 'family')).toBe(paths.length);
    });

    it('and replaced over and over show each reader one life only, while they are purged', async () => {
      const paths = numbers(4).map((n) => `turns/${String(n)}`);
      const acknowledged = new Map<string, number>();
      let writing = true;
      const live = async (path: string): Promise<void> => {
        for (let life = 1; life <= 12; life += 1) {
          await bed.streams.create(path, `${String(life)};`);
          acknowledged.set(path, life);
          for (let n = 0; n < 4; n += 1) await bed.streams.append(path, `${String(life)};`);
          if (life < 12) await bed.streams.remove(path);
        }
      };
      const look = async (path: string): Promise<void> => {
        while (writing) {
          const before = acknowledged.get(path) ?? 0;
          const text = await bed.streams.text(path).catch((error: unknown) => {
            // It was replaced between two questions, and is asked for again.
            if (!(error instanceof OffsetGone) && !(error instanceof LogUnavailable)) throw error;
            return undefined;
          });
          const lives = new Set(text?.split(';').slice(0, -1));
          expect(lives.size).toBeLessThanOrEqual(1);
          for (const life of lives) expect(Number(life)).toBeGreaterThanOrEqual(before);
        }
      };
      const looking = Promise.all([...paths, ...paths].map(look));
      await Promise.all(paths.map(live)).finally(() => {
        writing = false;
      });
      await looking;
      await settled();
      for (const path of paths) expect(await bed.streams.text(path)).toBe('12;'.repeat(5));
      expect([...(await messagesOf('turns')).values()]).toEqual(paths.map(() => 5));
    });
  });
};
