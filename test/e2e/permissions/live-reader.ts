import { waitUntil } from '@app/platform/embedded/wait-until.js';

/** A reader of server-sent events that keeps everything it was sent. */
export class LiveReader {
  text = '';
  /** Resolves when the server ends the answer, or the connection. */
  readonly ended: Promise<void>;

  private constructor(
    response: Response,
    private readonly leaving: AbortController,
  ) {
    this.ended = this.read(response).catch(() => undefined);
  }

  static async open(url: string, who: string): Promise<LiveReader> {
    const leaving = new AbortController();
    const response = await fetch(url, { headers: { 'electric-principal': who }, signal: leaving.signal });
    if (response.status !== 200) throw new Error(`${String(response.status)} ${await response.text()}`);
    return new LiveReader(response, leaving);
  }

  async has(text: string): Promise<void> {
    const found = await waitUntil(async () => (this.text.includes(text) ? true : undefined), { withinMs: 20_000 });
    if (!found) throw new Error(`"${text}" never came: ${this.text}`);
  }

  leave(): void {
    this.leaving.abort();
  }

  private async read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) this.text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
}
