import { setTimeout as sleep } from 'node:timers/promises';
import { processMemory } from '../../measure/server-process.js';
import { DELTA_EVENT } from '../../scenarios/delta-event.js';
import { atMost } from '../../report/targets.js';
import type { Arena } from '../arena.js';
import { rowOf, type Result } from '../results.js';
import { append, createStreams, creation, newPath, sendAll } from './prepare.js';
import { closeAll, subscribe } from './subscribers.js';

const READERS = 1_000;
const STREAMS = 100_000;
const CONNECTIONS = 64;
// Longer than the pause between keep-alives, so that each reader has got one.
const IDLE_MS = 25_000;
const BODY = JSON.stringify(DELTA_EVENT);

/** Readers that wait, each for a stream of its own, in a gateway that is a process of its own. */
export const memoryReaders = (arena: Arena): Promise<Result> =>
  arena.withOwn(['gateway', 'projector'], async (server) => {
    const paths = await createStreams(server, arena.scaled(READERS));
    await sleep(IDLE_MS * Math.min(1, arena.options.scale));
    const before = processMemory(server.gatewayPid);
    const readers = await subscribe(server, paths, () => undefined);
    await sleep(IDLE_MS * Math.min(1, arena.options.scale));
    const after = processMemory(server.gatewayPid);
    closeAll(readers);
    const rss = after.rssMb - before.rssMb;
    const pss = after.pssMb - before.pssMb;
    const figures = { 'before rss MB': before.rssMb, 'rss MB more': rss, 'pss MB more': pss };
    const row = rowOf('memory readers', { who: server, results: [figures] });
    return { rows: [row], aims: [atMost('memory readers: greater of rss and pss, MB more', 60, Math.max(rss, pss))] };
  });

const requests = function* (server: Parameters<typeof creation>[0], count: number): Generator<Buffer[]> {
  for (let n = 0; n < count; n += 1) {
    const path = newPath();
    yield [creation(server, path), append(server, path, BODY)];
  }
};

/** Streams that were made and appended to, through a gateway that is a process of its own. */
export const memoryStreams = (arena: Arena): Promise<Result> =>
  arena.withOwn(['gateway', 'projector'], async (server) => {
    const before = processMemory(server.gatewayPid);
    const from = performance.now();
    await sendAll(server, requests(server, arena.scaled(STREAMS)), CONNECTIONS);
    const seconds = (performance.now() - from) / 1000;
    const after = processMemory(server.gatewayPid);
    const lagMs = (await server.lagMs()) ?? 0;
    await sleep(IDLE_MS * Math.min(1, arena.options.scale));
    const idle = processMemory(server.gatewayPid);
    const figures = {
      'before rss MB': before.rssMb,
      'after rss MB': after.rssMb,
      'peak rss MB': after.peakRssMb,
      'idle rss MB': idle.rssMb,
      'streams per s': arena.scaled(STREAMS) / seconds,
      'lag ms': lagMs,
    };
    const row = rowOf('memory streams', { who: server, results: [figures] });
    return { rows: [row], aims: [atMost('memory streams: rss MB afterwards', 300, after.rssMb)] };
  });
