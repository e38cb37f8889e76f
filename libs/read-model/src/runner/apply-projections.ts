import {
  coalesce,
  liveChanges,
  liveKeys,
  type Change,
  type MappedMessage,
  type Projected,
  type Projection,
} from '@app/projections';
import { loadLiveRows } from '../shapes/live-rows.js';
import { isAboutContent } from '../sql/content-error.js';
import type { Tx } from '../sql/tx.js';
import { writeChanges } from './batch-writer.js';
import { quarantined, writeQuarantine, type Quarantine, type Quarantined } from './quarantine.js';

/** `live`: the rows are read now, and what happens to those that clients follow is written down. */
export type Audience = 'live' | 'nobody';

interface Mapped {
  readonly messages: readonly MappedMessage[];
  readonly given: readonly Quarantined[];
}

const mapAll = (projection: Projection, inputs: readonly Projected[], quarantine: Quarantine): Mapped => {
  const messages: MappedMessage[] = [];
  const given: Quarantined[] = [];
  const interpreting = projection.nature === 'interpreting';
  for (const input of inputs) {
    if (!projection.accepts(input)) continue;
    if (interpreting && (quarantine.holds(projection, input) || given.some((entry) => sameStream(entry, input))))
      continue;
    try {
      const changes = projection.map(input);
      if (changes.length > 0) messages.push({ input, changes });
    } catch (error) {
      if (!interpreting) throw error;
      given.push(quarantined(projection, input, error));
    }
  }
  return { messages, given };
};

const sameStream = ({ tenant, path }: Quarantined, { address }: Projected): boolean =>
  address.tenant === tenant && address.path === path;

const write = async (tx: Tx, changes: readonly Change[]): Promise<void> => {
  for (const table of coalesce(changes)) await writeChanges(tx, table);
};

/** Everything that is to be written for these messages. */
const allChanges = async (
  tx: Tx,
  { live }: Projection,
  messages: readonly MappedMessage[],
  audience: Audience,
): Promise<readonly Change[]> => {
  const changes = messages.flatMap((message) => message.changes);
  if (!live || audience === 'nobody' || changes.length === 0) return changes;
  const recorded: Change[] = [];
  for (const table of live) {
    const keys = liveKeys(table, messages);
    if (keys.length === 0) continue;
    recorded.push(...liveChanges(table, messages, await loadLiveRows(tx, table.name, keys)));
  }
  return [...changes, ...recorded];
};

/** Slow path: message by message, so that only the stream with the bad value is given up. */
const writeOneByOne = async (
  tx: Tx,
  projection: Projection,
  inputs: readonly Projected[],
  { quarantine, audience }: Applying,
): Promise<readonly Quarantined[]> => {
  const given: Quarantined[] = [];
  for (const input of inputs) {
    if (given.some((entry) => sameStream(entry, input))) continue;
    const mapped = mapAll(projection, [input], quarantine);
    given.push(...mapped.given);
    const changes = await allChanges(tx, projection, mapped.messages, audience);
    if (changes.length === 0) continue;
    await tx.execute('SAVEPOINT message');
    try {
      await write(tx, changes);
      await tx.execute('RELEASE SAVEPOINT message');
    } catch (error) {
      if (projection.nature === 'raw' || !isAboutContent(error)) throw error;
      await tx.execute('ROLLBACK TO SAVEPOINT message');
      given.push(quarantined(projection, input, error));
    }
  }
  return given;
};

export interface Applying {
  readonly quarantine: Quarantine;
  readonly audience: Audience;
}

/** Folds a batch into the rows of all projections. @returns what `quarantine` must remember after the commit. */
export const applyProjections = async (
  tx: Tx,
  projections: readonly Projection[],
  inputs: readonly Projected[],
  applying: Applying,
): Promise<readonly Quarantined[]> => {
  const { quarantine, audience } = applying;
  const mapped = projections.map((projection) => ({ projection, ...mapAll(projection, inputs, quarantine) }));
  let given = mapped.flatMap((each) => each.given);
  await tx.execute('SAVEPOINT batch');
  try {
    for (const { projection, messages } of mapped)
      await write(tx, await allChanges(tx, projection, messages, audience));
  } catch (error) {
    if (!isAboutContent(error)) throw error;
    await tx.execute('ROLLBACK TO SAVEPOINT batch');
    const again: Quarantined[] = [];
    for (const projection of projections) again.push(...(await writeOneByOne(tx, projection, inputs, applying)));
    given = again;
  }
  await writeQuarantine(tx, given);
  return given;
};
