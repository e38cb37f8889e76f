import type { readChanges, ShapeChange } from './read-changes.js';
import type { ShapeChanges, ShapeHead } from './shape-answers.js';
import type { ShapeDefinition } from './shape-definition.js';
import { subjectsOf } from './shape-scope.js';

/** Who follows a shape, and what he has already. */
export interface Follower {
  readonly shape: ShapeDefinition;
  readonly from: number;
}

export interface TogetherChanges {
  /** What is the same for all. */
  readonly head: ShapeHead;
  readonly all: readonly ShapeChanges[];
}

type Read = Awaited<ReturnType<typeof readChanges>>;

/** What was read for all of them. */
export interface ReadTogether {
  readonly head: ShapeHead;
  readonly read: Read;
  /** What of it each subject sees. */
  readonly bySubject: ReadonlyMap<string, readonly ShapeChange[]>;
  /** By subject: when it began to see other rows, as places in the log and as times. */
  readonly marks: ReadonlyMap<string, number>;
  readonly expired: ReadonlyMap<string, number>;
}

export const changesBySubject = ({ seen }: Read): ReadonlyMap<string, readonly ShapeChange[]> => {
  const bySubject = new Map<string, ShapeChange[]>();
  for (const { change, seers } of seen)
    for (const subject of new Set(seers)) {
      const own = bySubject.get(subject);
      if (own) own.push(change);
      else bySubject.set(subject, [change]);
    }
  return bySubject;
};

/** What a reader sees, in the order of the log. */
const seenBy = (subjects: readonly string[], { read, bySubject }: ReadTogether): readonly ShapeChange[] => {
  const [own = [], ...others] = subjects.flatMap((subject) => {
    const seen = bySubject.get(subject);
    return seen ? [seen] : [];
  });
  if (others.length === 0) return own;
  const any = new Set([own, ...others].flat());
  return read.seen.flatMap(({ change }) => (any.has(change) ? [change] : []));
};

/** What one of them would have found alone. */
export const changesFor = ({ shape: { scope }, from }: Follower, together: ReadTogether): ShapeChanges => {
  const { head: common, read, marks, expired } = together;
  const subjects = scope.reader ? subjectsOf(scope.reader) : [];
  const newest = (places: ReadonlyMap<string, number>): number =>
    subjects.reduce((most, subject) => Math.max(most, places.get(subject) ?? 0), 0);
  const head = { ...common, floor: Math.max(common.floor, newest(marks)), expired: newest(expired) };
  if (from < head.floor || from >= head.position) return { head, changes: [], position: from, more: false };
  const position = Math.max(from, read.position);
  const seen = scope.reader ? seenBy(subjects, together) : read.seen.map(({ change }) => change);
  const changes = seen.filter(({ seq }) => seq > from);
  return { head, changes, position, more: position < head.position };
};
