const PRIME = 0x01000193;
const BASIS = 0x811c9dc5;

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = BASIS;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return hash;
};

/** The finalizer of MurmurHash3: every bit of the input changes half of the bits of the output. */
const mixed = (value: number): number => {
  const once = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
};

interface Candidate {
  readonly id: string;
  readonly seed: number;
}

/**
 * Rendezvous hashing: for each key the member with the highest score. Who knows the same members chooses the same one, and
 * a member that comes or goes moves only the keys it gets or had. The choice is part of the protocol between versions.
 */
export class Rendezvous {
  private readonly candidates: readonly Candidate[];

  constructor(members: Iterable<string>) {
    this.candidates = [...members].sort().map((id) => ({ id, seed: mixed(hashOf(id)) }));
  }

  /** Undefined without members. */
  of(key: string): string | undefined {
    const hash = hashOf(key);
    let chosen: Candidate | undefined;
    let highest = -1;
    for (const candidate of this.candidates) {
      const score = mixed(hash ^ candidate.seed);
      if (score <= highest) continue;
      highest = score;
      chosen = candidate;
    }
    return chosen?.id;
  }
}
