import { entityOfMainPath, parsePrincipalUrl, type EntityEvent } from '@app/domain';
import type { ControlEvent, LogMessage } from '@app/streams';
import type { Change, Row } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import { encodeText } from '../kernel/text.js';
import { liveUsers } from './live-users.js';
import { usersTable } from './users-table.js';

const IDENTITY = 'identity';
const FIELDS = ['display_name', 'email', 'avatar_url', 'auth_provider', 'auth_subject'] as const;

const decoder = new TextDecoder();

interface Item {
  readonly type?: unknown;
  readonly value?: unknown;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? encodeText(value) : null);

/** The identity as a whole takes the place of the one before. */
const identityOf = (value: unknown): Row => {
  const members = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const { claims } = members;
  return {
    ...Object.fromEntries(FIELDS.map((field) => [field, textOf(members[field])])),
    profile: typeof claims === 'object' && claims !== null ? JSON.stringify(claims) : null,
  };
};

/** Identities are written by the server: what the holder of a claim writes is no identity. */
const identitiesIn = ({ payload, units, events, types }: LogMessage): readonly unknown[] => {
  if (!types.includes(IDENTITY)) return [];
  const items = JSON.parse(decoder.decode(payload)) as readonly Item[];
  const posted = new Set(events.filter(({ type }) => type === 'posted').map(({ unit }) => unit));
  let at = 0;
  return units.flatMap(({ count }, unit) => {
    const own = items.slice(at, at + count);
    at += count;
    return posted.has(unit) ? [] : own.filter(({ type }) => type === IDENTITY).map(({ value }) => value);
  });
};

const spawnedAt = (events: readonly ControlEvent[]): number | undefined =>
  events.map(({ type, data }) => ({ type, data }) as EntityEvent).find((event) => event.type === 'spawned')?.data.at;

export const usersProjection: Projection = {
  name: 'users',
  tables: [usersTable],
  live: [liveUsers],
  nature: 'interpreting',
  accepts: ({ address, message }) =>
    address.kind === 'stream' && address.path.startsWith('principal/') && message.types.includes(IDENTITY),
  map: ({ address: { tenant, path }, message }) => {
    const entity = entityOfMainPath(path);
    const principal = entity && parsePrincipalUrl(entity.url);
    if (principal?.kind !== 'user') return [];
    const key = { tenant, id: encodeText(principal.id) };
    const created = spawnedAt(message.events);
    return identitiesIn(message).map((value): Change => {
      const row = { ...identityOf(value), updated_at: message.time };
      return created === undefined
        ? { kind: 'patch', table: usersTable, key, set: row }
        : { kind: 'upsert', table: usersTable, key, row: { ...row, metadata: null, created_at: created } };
    });
  },
};
