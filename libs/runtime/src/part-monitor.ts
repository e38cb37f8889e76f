import type { HealthPart } from '@app/platform';

const ASK_MS = 1_000;

/** Asks one part again and again how it is, and tells the health registry. `probe`: undefined when well, or what is wrong. */
export class PartMonitor {
  private timer?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly part: HealthPart,
    private readonly probe: () => Promise<string | undefined> | string | undefined,
  ) {}

  async start(): Promise<this> {
    await this.ask();
    return this;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    let trouble: string | undefined;
    try {
      trouble = await this.probe();
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    }
    if (this.stopped) return;
    if (trouble === undefined) this.part.ready();
    else this.part.waiting(trouble);
    this.timer = setTimeout(() => void this.ask(), ASK_MS).unref();
  }
}
