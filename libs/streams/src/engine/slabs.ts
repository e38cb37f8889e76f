// Small beside what is kept altogether, large beside most of what is put into it.
const SLAB_BYTES = 256 * 1024;
const LARGEST_SHARE = SLAB_BYTES / 4;

interface Slab {
  readonly bytes: Buffer;
  used: number;
  /** Places in it that were not given back. */
  taken: number;
}

export interface Place {
  readonly slab: Slab;
  readonly offset: number;
}

const newSlab = (size: number): Slab => ({ bytes: Buffer.allocUnsafeSlow(size), used: 0, taken: 0 });

const taken = (slab: Slab, size: number): Place => {
  const offset = slab.used;
  slab.used += size;
  slab.taken += 1;
  return { slab, offset };
};

/**
 * Memory outside the heap, for what is given back nearly in the order in which it was taken. Whoever reads what he put
 * there copies it: the place belongs to somebody else as soon as it is given back.
 */
export class Slabs {
  private current = newSlab(0);
  private spare: Slab | undefined;

  take(size: number): Place {
    if (size > LARGEST_SHARE) return taken(newSlab(size), size);
    if (this.current.used + size > this.current.bytes.length) {
      this.current = this.spare ?? newSlab(SLAB_BYTES);
      this.spare = undefined;
    }
    return taken(this.current, size);
  }

  giveBack({ slab }: Place): void {
    slab.taken -= 1;
    if (slab.taken > 0 || slab.bytes.length !== SLAB_BYTES) return;
    slab.used = 0;
    if (slab !== this.current) this.spare = slab;
  }
}
