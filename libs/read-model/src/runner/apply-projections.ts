import { coalesce, type Change, type Projected, type Projection } from '@app/projections';
import type { Tx } from '../sql/tx.js';
import { writeChanges } from './batch-writer.js';
import { quarantined, writeQuarantine, type Quarantine, type Quarantined } from './quarantine.js';

/** Data errors, limits of the program, violated constraints: trying again gives the same answer. */
const isAboutContent = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^(22|23|54)/.test(code) && code.length === 5;
};

interface Mapped {
  readonly changes: readonly Change[];
  readonly given: readonly Quarantined[];
}

const mapAll = (projection: Projection, inputs: readonly Projected[], quarantine: Quarantine): Mapped => {
  const changes: Change[] = [];
  const given: Quarantined[] = [];
  const interpreting = projection.nature === 'interpreting';
  for (const input of inputs) {
    if (!projection.accepts(input)) continue;
    if (interpreting && (quarantine.holds(projection, input) || given.some((entry) => sameStream(entry, input))))
      continue;
    try {
      for (const change of projection.map(input)) changes.push(change);
    } catch (error) {
      if (!interpreting) throw error;
      given.push(quarantined(projection, input, error));
    }
  }
  return { changes, given };
};

const sameStream = ({ tenant, path }: Quarantined, { address }: Projected): boolean =>
  address.tenant === tenant && address.path === path;

const write = async (tx: Tx, changes: readonly Change[]): Promise<void> => {
  for (const table of coalesce(changes)) await writeChanges(tx, table);
};

/** Slow path: message by message, so that only the stream with the bad value is given up. */
const writeOneByOne = async (
  tx: Tx,
  projection: Projection,
  inputs: readonly Projected[],
  quarantine: Quarantine,
): Promise<readonly Quarantined[]> => {
  const given: Quarantined[] = [];
  for (const input of inputs) {
    if (given.some((entry) => sameStream(entry, input))) continue;
    const mapped = mapAll(projection, [input], quarantine);
    given.push(...mapped.given);
    if (mapped.changes.length === 0) continue;
    await tx.execute('SAVEPOINT message');
    try {
      await write(tx, mapped.changes);
      await tx.execute('RELEASE SAVEPOINT message');
    } catch (error) {
      if (projection.nature === 'raw' || !isAboutContent(error)) throw error;
      await tx.execute('ROLLBACK TO SAVEPOINT message');
      given.push(quarantined(projection, input, error));
    }
  }
  return given;
};

/** Folds a batch into the rows of all projections. @returns what `quarantine` must remember after the commit. */
export const applyProjections = async (
  tx: Tx,
  projections: readonly Projection[],
  inputs: readonly Projected[],
  quarantine: Quarantine,
): Promise<readonly Quarantined[]> => {
  const mapped = projections.map((projection) => mapAll(projection, inputs, quarantine));
  let given = mapped.flatMap((each) => each.given);
  await tx.execute('SAVEPOINT batch');
  try {
    for (const { changes } of mapped) await write(tx, changes);
  } catch (error) {
    if (!isAboutContent(error)) throw error;
    await tx.execute('ROLLBACK TO SAVEPOINT batch');
    const again: Quarantined[] = [];
    for (const projection of projections) again.push(...(await writeOneByOne(tx, projection, inputs, quarantine)));
    given = again;
  }
  await writeQuarantine(tx, given);
  return given;
};
