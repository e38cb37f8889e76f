import type { HealthPart } from '@app/platform';

const ASK_MS = 1_000;
const ANSWER_MS = 2_000;

const silence = (): { readonly answer: Promise<string>; readonly done: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${String(ANSWER_MS)} ms`), ANSWER_MS).unref();
  });
  return { answer, done: () => clearTimeout(timer) };
};

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
    const late = silence();
    try {
      trouble = await Promise.race([this.probe(), late.answer]);
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    } finally {
      late.done();
    }
    if (this.stopped) return;
    if (trouble === undefined) this.part.ready();
    else this.part.waiting(trouble);
    this.timer = setTimeout(() => void this.ask(), ASK_MS).unref();
  }
}
