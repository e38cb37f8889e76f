import type { EntityTypeDto } from '@app/contracts';
import type { PageRequest, Place } from '../http/paging.js';

export const TYPE_SORTS = ['name', 'created_at', 'updated_at'] as const;

type TypeSort = (typeof TYPE_SORTS)[number];

const placeOf = (type: EntityTypeDto, by: TypeSort): Place =>
  by === 'name' ? { name: type.name } : { name: type.name, value: Date.parse(type[by]) };

/** Ascending; types of one instant by name. */
const compare = (a: Place, b: Place): number =>
  (a.value ?? 0) - (b.value ?? 0) || (a.name === b.name ? 0 : a.name < b.name ? -1 : 1);

/** One page of all types: there are few, and all are in memory. */
export const typePage = (
  types: readonly EntityTypeDto[],
  { sort: { by, descending }, after, limit = types.length }: PageRequest<TypeSort>,
): { readonly entries: readonly EntityTypeDto[]; readonly next: Place | undefined } => {
  const way = descending ? -1 : 1;
  const sorted = types
    .map((type) => ({ type, place: placeOf(type, by) }))
    .filter(({ place }) => after === undefined || way * compare(place, after) > 0)
    .sort((a, b) => way * compare(a.place, b.place));
  const page = sorted.slice(0, limit);
  return {
    entries: page.map(({ type }) => type),
    next: page.length < sorted.length ? page.at(-1)?.place : undefined,
  };
};
