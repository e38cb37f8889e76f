import { hasTags, isoFromMs, memberChange, type StreamItem } from '@app/domain';
import type { Schemas } from '@app/domain/entity-type/entity-type.document.js';
import type { MemberCandidate, MemberNow, MembershipSourceRow } from '@app/read-model';

const parsed = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));

/** What the type of an entity said when it was spawned; null where anything is accepted. */
export interface SpawnSchemas {
  readonly inbox_schemas: Schemas | null;
  readonly state_schemas: Schemas | null;
}

export type SchemasOf = (now: MemberNow) => Promise<SpawnSchemas | undefined>;

/** As clients of membership streams read it. */
const rowOf = (url: string, now: MemberNow, schemas: SpawnSchemas | undefined): string =>
  JSON.stringify({
    url,
    type: now.type,
    status: now.status,
    tags: now.tags,
    spawn_args: now.spawnArgs === null ? {} : parsed(now.spawnArgs),
    parent: now.parent,
    type_revision: now.typeRevision,
    inbox_schemas: schemas?.inbox_schemas ?? null,
    state_schemas: schemas?.state_schemas ?? null,
    created_at: now.createdAt,
    updated_at: now.updatedAt,
  });

/** What readers of the source do not know yet. `at`: milliseconds since 1970. */
export const memberChanges = async (
  { tags }: Pick<MembershipSourceRow, 'tags'>,
  candidates: readonly MemberCandidate[],
  schemasOf: SchemasOf,
  at: number,
): Promise<readonly StreamItem[]> => {
  const items: StreamItem[] = [];
  for (const { url, before, now } of candidates) {
    const member = now !== undefined && hasTags(now.tags, tags);
    const row = member ? rowOf(url, now, await schemasOf(now)) : undefined;
    const item = memberChange(url, before, row, isoFromMs(at));
    if (item) items.push(item);
  }
  return items;
};

/** Appends of at most this many bytes each, in order; one that is larger stands alone. */
export const inChunks = (items: readonly StreamItem[], maxBytes: number): readonly (readonly StreamItem[])[] => {
  const chunks: StreamItem[][] = [];
  let size = Infinity;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(item));
    if (size + bytes > maxBytes) {
      chunks.push([]);
      size = 0;
    }
    chunks.at(-1)?.push(item);
    size += bytes;
  }
  return chunks;
};
