import type { EntityFilter } from '@app/application';
import { ApiError, PAGE } from '@app/contracts';
import { present } from '@app/domain/kernel/present.js';

const TAG = /^tag\[([^]*)\]$/;

/** What a query says about which entities are meant; `tag[color]=red` names a tag. @throws ApiError for too many tags */
export const entityFilter = (query: URLSearchParams): EntityFilter => {
  const one = (name: string): string | undefined => query.get(name) ?? undefined;
  const tags = [...query].flatMap(([name, value]) => {
    const key = TAG.exec(name)?.[1];
    return key === undefined ? [] : [[key, value] as const];
  });
  if (tags.length > PAGE.maxTags)
    throw new ApiError('INVALID_REQUEST', `no more than ${String(PAGE.maxTags)} tags can be asked for at once`);
  return present({
    type: one('type'),
    status: one('status'),
    parent: one('parent'),
    createdBy: one('created_by'),
    tags: tags.length === 0 ? undefined : tags,
  });
};
