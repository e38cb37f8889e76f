// FNV-1a, 32 bit, over UTF-16 code units. Positions in the database depend on it: never change it.
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The lane of a path: the same in every process, for ever. */
export const laneOf = (tenant: string, path: string, lanes: number): number => {
  const key = `${tenant}/${path}`;
  let hash = FNV_OFFSET;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), FNV_PRIME);
  // The low bits of FNV alone are weak for short keys.
  hash ^= hash >>> 15;
  return (hash >>> 0) % lanes;
};
