import { ApiError } from '@app/contracts';

/** Work that takes turns: so many at a time, in the order they came. */
export class Turns {
  private busy = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws ApiError OVERLOADED when too many wait already */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.busy < this.atOnce) this.busy += 1;
    else {
      if (this.waiting.length >= this.maxWaiting) throw new ApiError('OVERLOADED');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.busy -= 1;
    }
  }
}
