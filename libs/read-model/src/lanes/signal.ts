/** Wakes the one who waits; a signal that comes first is kept. */
export class Signal {
  private raised = false;
  private wake?: () => void;

  fire(): void {
    this.raised = true;
    this.wake?.();
  }

  /** Resolves on the next `fire`, at once if it came already, or after `timeoutMs`. */
  async wait(timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (!this.raised && timeoutMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(timeoutMs) ? setTimeout(resolve, timeoutMs) : undefined;
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    this.raised = false;
  }
}
