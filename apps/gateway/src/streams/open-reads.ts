import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

/** Live reads in progress, so that a stopping process ends them instead of cutting them off. */
@Injectable()
export class OpenReads implements BeforeApplicationShutdown {
  private readonly ends = new Set<() => void>();
  private stopping = false;

  /** `end` is called at most once, at shutdown; the returned function says the read ended by itself. */
  add(end: () => void): () => void {
    if (this.stopping) end();
    else this.ends.add(end);
    return () => this.ends.delete(end);
  }

  get size(): number {
    return this.ends.size;
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
    for (const end of this.ends) end();
    this.ends.clear();
  }
}
