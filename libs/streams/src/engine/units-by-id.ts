/** A message by the ids of those of its units that are found here. */
export interface UnitHolder {
  readonly subject: string;
  readonly keyed: readonly string[];
}

/**
 * Which message holds a unit. Ids are unique per subject only: one effect may leave units with its id on several streams.
 * Mostly there is one, so that an id takes no more than an entry.
 */
export class UnitsById<H extends UnitHolder> {
  private readonly holders = new Map<string, H | Set<H>>();

  find(subject: string, id: string): H | undefined {
    const known = this.holders.get(id);
    if (known instanceof Set) return [...known].find((holder) => holder.subject === subject);
    return known?.subject === subject ? known : undefined;
  }

  /** Takes the place of an earlier one of the subject. */
  add(holder: H): void {
    for (const id of holder.keyed) {
      const known = this.holders.get(id);
      if (known === undefined || (!(known instanceof Set) && known.subject === holder.subject))
        this.holders.set(id, holder);
      else {
        const all = known instanceof Set ? [...known] : [known];
        this.holders.set(id, new Set([...all.filter(({ subject }) => subject !== holder.subject), holder]));
      }
    }
  }

  delete(holder: H): void {
    for (const id of holder.keyed) {
      const known = this.holders.get(id);
      if (known instanceof Set) known.delete(holder);
      if (known === holder || (known instanceof Set && known.size === 0)) this.holders.delete(id);
    }
  }
}
