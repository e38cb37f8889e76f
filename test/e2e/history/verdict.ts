import { parseOffset } from '@app/streams';
import type { Life } from './life.js';
import type { Change, Record, Sighting, UnitWrite } from './record.js';
import { idOf, isJson, sameContent } from './units.js';
import type { Witness } from './witness.js';

// Times are whole milliseconds of two clocks on one machine.
const CLOCKS_MS = 20;

interface Placed {
  readonly life: Life;
  readonly start: number;
  readonly end: number;
}

const gapsOf = (lives: readonly Life[]): readonly (readonly [number, number])[] => {
  let free = -Infinity;
  const gaps = lives.map(({ bornAt, goneAt }): readonly [number, number] => {
    const gap = [free, bornAt] as const;
    free = goneAt;
    return gap;
  });
  return [...gaps, [free, Infinity]];
};

/** Holds what clients were told against what the log has. */
export class Verdict {
  readonly problems: string[] = [];
  private readonly placed = new Map<string, Placed>();
  private readonly acknowledged = new Map<Life, { readonly at: number; readonly end: number }[]>();

  constructor(
    private readonly record: Record,
    private readonly witness: Witness,
    private readonly paths: readonly string[],
    /** How far the times of the log may be from what clients saw. */
    private readonly clocksMs = CLOCKS_MS,
  ) {
    this.problems.push(...witness.problems, ...record.blunders);
    for (const path of paths) for (const life of witness.of(path)) this.place(life);
    for (const unit of record.units.values()) this.unit(unit);
    for (const change of record.changes) if (change.outcome === 'acknowledged') this.change(change);
    for (const path of paths) for (const life of witness.of(path)) this.order(life);
    for (const sighting of record.sightings) this.sighting(sighting);
  }

  /** Where the units of a life are; nothing but what somebody attempted, and that once. */
  private place(life: Life): void {
    if (life.closedAt && life.closedAt.position !== life.size)
      this.problems.push(`${life.path} grew after it was closed`);
    const known: { readonly at: number; readonly end: number }[] = [];
    this.acknowledged.set(life, known);
    for (const { content, start, end } of life.units) {
      const id = idOf(content) ?? 'nobody';
      const unit = this.record.units.get(id);
      if (!unit) this.problems.push(`${life.path} holds a unit of ${id} that was never attempted`);
      else if (unit.path !== life.path || isJson(unit.contentType) !== life.json || !sameContent(unit.content, content))
        this.problems.push(`${id} on ${life.path} is not what was sent to ${unit.path}`);
      if (this.placed.has(id)) this.problems.push(`${id} is in the log twice`);
      this.placed.set(id, { life, start, end });
      if (unit?.outcome === 'acknowledged') known.push({ at: unit.ended, end });
    }
  }

  private unit({ id, path, outcome, offset }: UnitWrite): void {
    const placed = this.placed.get(id);
    if (outcome === 'acknowledged' && !placed) this.problems.push(`${id} on ${path} was acknowledged and is nowhere`);
    if (outcome === 'refused' && placed) this.problems.push(`${id} on ${path} was refused and is in the log`);
    const position = offset === undefined ? undefined : placed?.life.position(parseOffset(offset) ?? FAR);
    if (placed && offset !== undefined && position !== placed.end)
      this.problems.push(`${id} on ${path} ends at ${String(placed.end)}, not at ${offset} (${String(position)})`);
  }

  private change({ kind, path, started, ended }: Change): void {
    const during = (time: number): boolean => time >= started - this.clocksMs && time <= ended + this.clocksMs;
    const happened = this.witness.of(path).some(({ bornAt, hiddenAt, closedAt }) => {
      if (kind === 'close')
        return closedAt !== undefined && closedAt.time <= ended + this.clocksMs && hiddenAt >= started;
      return during(kind === 'create' ? bornAt : hiddenAt);
    });
    if (!happened) this.problems.push(`a ${kind} of ${path} was acknowledged and did not happen`);
  }

  /** What was acknowledged before something else was begun comes before it. */
  private order({ path, units }: Life): void {
    let earliest = Infinity;
    for (const { content } of [...units].reverse()) {
      const unit = this.record.units.get(idOf(content) ?? '');
      if (unit?.outcome !== 'acknowledged') continue;
      if (unit.started > earliest) this.problems.push(`${unit.id} on ${path} comes before what was there already`);
      earliest = Math.min(earliest, unit.ended);
    }
  }

  private sighting(sighting: Sighting): void {
    const why = this.objection(sighting);
    if (why === undefined) return;
    const { path, mode, from, next = '', status, started, ended, upToDate, closed, body } = sighting;
    const told = `${String(status)}, ${String(body.length)} bytes to ${next}${upToDate ? ', up to date' : ''}${closed ? ', closed' : ''}`;
    const when = `${String(started)}-${String(ended)}, lives ${this.lives(path)}`;
    this.problems.push(`${mode} of ${path} from ${from}: ${told} (${when}): ${why}`);
  }

  private lives(path: string): string {
    return this.witness
      .of(path)
      .map(
        ({ incarnation, bornAt, hiddenAt, size }) =>
          `${String(incarnation)}:${String(bornAt)}-${String(hiddenAt)}=${String(size)}`,
      )
      .join(' ');
  }

  private objection(sighting: Sighting): string | undefined {
    const { path, status } = sighting;
    const lives = this.witness.of(path);
    if (status === 404)
      return gapsOf(lives).some(([from, to]) => this.overlap(from, to, sighting))
        ? undefined
        : 'it was there all the time';
    if (status === 410)
      return lives.some((life) => this.mayBeGone(life, sighting)) ? undefined : 'the offset was good all the time';
    if (status !== 200 && status !== 204) return 'nobody should get that';
    const objections = lives
      .filter(({ bornAt, hiddenAt }) => this.overlap(bornAt, hiddenAt, sighting))
      .map((life) => this.differs(life, sighting));
    if (objections.length === 0) return 'there was nothing to read';
    return objections.includes(undefined) ? undefined : objections.join(' | ');
  }

  private mayBeGone(life: Life, sighting: Sighting): boolean {
    const { from } = sighting;
    if (this.overlap(life.hiddenAt, life.goneAt, sighting)) return true;
    const offset = parseOffset(from);
    return (
      offset !== undefined && life.position(offset) === undefined && this.overlap(life.bornAt, life.hiddenAt, sighting)
    );
  }

  /** Why an answer was not about this life; undefined when it may have been. */
  private differs(
    life: Life,
    { from, next, body, mode, status, upToDate, closed, started }: Sighting,
  ): string | undefined {
    const end = life.position(parseOffset(next ?? '') ?? FAR);
    if (end === undefined) return 'it ends nowhere';
    // Empty in the manner of the mode.
    const empty = status === 204 || body.length === 0 || (life.json && body.equals(Buffer.from('[]')));
    const start = this.startOf(life, from, end, empty ? 0 : body.length);
    if (start === undefined) return 'it begins nowhere';
    if (from === 'now' && start < this.acknowledgedBefore(life, started)) return 'it begins in the past';
    if (start > end) return 'it goes back';
    if (empty ? start !== end : !life.between(start, end).equals(body))
      return `it is not ${String(start)}-${String(end)}`;
    if (start === end && mode === 'catch-up' && !upToDate) return 'it does not go on';
    if (!empty && parseOffset(from) && next !== undefined && next <= from) return 'the offset does not grow';
    if (closed && (life.closedAt === undefined || end !== life.size)) return 'it is not the end';
    if (!upToDate) return undefined;
    if (end < this.acknowledgedBefore(life, started)) return 'it is not up to date';
    const known = life.closedAt !== undefined && life.closedAt.time < started - this.clocksMs;
    return known && !closed ? 'it does not say that it is closed' : undefined;
  }

  private startOf(life: Life, from: string, end: number, bytes: number): number | undefined {
    if (from === '-1') return 0;
    if (from !== 'now') return life.position(parseOffset(from) ?? FAR);
    if (bytes === 0) return end;
    // A tail that was the newest at some moment: the right number of units before the end.
    const starts = life.units.map(({ start }) => start).filter((start) => start < end);
    return starts.find((start) => life.between(start, end).length === bytes);
  }

  private overlap(from: number, to: number, { started, ended }: Sighting): boolean {
    return from <= ended + this.clocksMs && to >= started - this.clocksMs;
  }

  private acknowledgedBefore(life: Life, time: number): number {
    return (this.acknowledged.get(life) ?? []).reduce(
      (most, { at, end }) => (at < time ? Math.max(most, end) : most),
      0,
    );
  }
}

const FAR = { seq: Number.MAX_SAFE_INTEGER, pos: 1 };
