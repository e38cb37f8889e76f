import type { Tags } from '../entity/entity.events.js';
import type { Principal } from '../identity/principal.js';

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** 64-bit FNV-1a over UTF-16 code units, as 16 hex digits. Existing clients compute the same. */
export const hash64 = (text: string): string => {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * PRIME);
  return hash.toString(16).padStart(16, '0');
};

const sorted = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Names the membership stream of a query: by its tags, and by who may read what is in it. */
export const sourceRef = (tags: Tags, { kind, url }: Pick<Principal, 'kind' | 'url'>): string =>
  `${hash64(JSON.stringify(sorted(tags)))}-${hash64(JSON.stringify({ principalKind: kind, principalUrl: url }))}`;

const ROOT = '_entities';

/** Path of the stream. */
export const membershipPath = (ref: string): string => `${ROOT}/${ref}`;

/** The reference in the path of a membership stream; undefined for any other path. */
export const refOfPath = (path: string): string | undefined => {
  const [root, ref, ...rest] = path.split('/');
  return root === ROOT && ref !== undefined && ref !== '' && rest.length === 0 ? ref : undefined;
};
