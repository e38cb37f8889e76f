import { sizeOf, type Frame } from './frames.js';
import { BATCH_BYTES } from './routing-timing.js';

/** Frames of one turn of the event loop leave together, in order, one message per receiver and batch. */
export class Outbox {
  private waiting = new Map<string, Frame[]>();

  constructor(private readonly send: (to: string, frames: readonly Frame[]) => void) {}

  add(to: string, frame: Frame): void {
    if (this.waiting.size === 0)
      setImmediate(() => {
        this.flush();
      });
    const frames = this.waiting.get(to);
    if (frames) frames.push(frame);
    else this.waiting.set(to, [frame]);
  }

  flush(): void {
    const { waiting } = this;
    this.waiting = new Map();
    for (const [to, frames] of waiting) {
      let batch: Frame[] = [];
      let bytes = 0;
      for (const frame of frames) {
        const size = sizeOf(frame);
        if (batch.length > 0 && bytes + size > BATCH_BYTES) {
          this.send(to, batch);
          [batch, bytes] = [[], 0];
        }
        batch.push(frame);
        bytes += size;
      }
      this.send(to, batch);
    }
  }
}
