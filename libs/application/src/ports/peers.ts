/** `holds`: false once others may take this process for gone; then nothing of it may be decided any more. */
export interface Terms {
  /** Milliseconds until the deadline. */
  readonly leftMs: number;
  readonly holds: () => boolean;
}

export type ServePeers = (command: Uint8Array, terms: Terms) => Promise<Uint8Array | undefined> | undefined;

/** The other processes that write streams. */
export abstract class Peers {
  /** Who executes the commands of the stream on this subject; undefined: this process. */
  abstract ownerOf(subject: string): string | undefined;

  /**
   * The answer of the owner; undefined: it must be executed here, though the owner may execute it too.
   * Rejects with Backpressure or DeadlineExceeded.
   */
  abstract ask(peer: string, command: Uint8Array, leftMs: number): Promise<Uint8Array | undefined>;

  /** How to execute what others send: gives the answer, or undefined when it is not executed. */
  abstract serve(serve: ServePeers): void;

  /** Becomes known to the others. */
  abstract join(): void;

  /** Takes nothing more, and finishes what it took. */
  abstract leave(): Promise<void>;
}

/** For one process. */
export class NoPeers extends Peers {
  override ownerOf(): undefined {
    return undefined;
  }

  override ask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override serve(): void {
    // Nobody asks.
  }

  override join(): void {
    // There is nobody.
  }

  override leave(): Promise<void> {
    return Promise.resolve();
  }
}
