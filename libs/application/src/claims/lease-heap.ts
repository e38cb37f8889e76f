/** Due times in order; the cheapest way to know the next of many leases. A binary heap: add and take cost log n. */
export class LeaseHeap<Item> {
  private readonly nodes: { readonly at: number; readonly item: Item }[] = [];

  /** Due time of the next item. */
  get next(): number | undefined {
    return this.nodes[0]?.at;
  }

  get size(): number {
    return this.nodes.length;
  }

  add(at: number, item: Item): void {
    this.nodes.push({ at, item });
    this.rise(this.nodes.length - 1);
  }

  /** Removes and gives the next item if it is due by `now`. */
  takeDue(now: number): Item | undefined {
    const [first] = this.nodes;
    if (first === undefined || first.at > now) return undefined;
    const last = this.nodes.pop();
    if (last !== undefined && this.nodes.length > 0) {
      this.nodes[0] = last;
      this.sink(0);
    }
    return first.item;
  }

  private at(index: number): number {
    return this.nodes[index]?.at ?? Infinity;
  }

  private rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.at(parent) <= this.at(index)) return;
      this.swap(parent, index);
      index = parent;
    }
  }

  private sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.at(left + 1) < this.at(left) ? left + 1 : left;
      if (this.at(child) >= this.at(index)) return;
      this.swap(child, index);
      index = child;
    }
  }

  private swap(a: number, b: number): void {
    const [left, right] = [this.nodes[a], this.nodes[b]];
    if (left === undefined || right === undefined) return;
    this.nodes[a] = right;
    this.nodes[b] = left;
  }
}
