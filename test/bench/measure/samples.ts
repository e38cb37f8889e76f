export interface Latencies {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

const at = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Milliseconds of all requests of a run; exact percentiles need every one of them. */
export class Samples {
  private values = new Float64Array(1 << 14);
  private used = 0;

  get count(): number {
    return this.used;
  }

  add(ms: number): void {
    if (this.used === this.values.length) {
      const larger = new Float64Array(this.used * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used] = ms;
    this.used += 1;
  }

  addAll({ values, used }: Samples): void {
    for (const value of values.subarray(0, used)) this.add(value);
  }

  latencies(): Latencies {
    const sorted = this.values.slice(0, this.used).sort();
    return { p50: at(sorted, 0.5), p90: at(sorted, 0.9), p99: at(sorted, 0.99), max: at(sorted, 1) };
  }
}
