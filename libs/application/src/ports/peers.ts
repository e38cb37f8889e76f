/** `holds`: false once others may take this process for gone; then nothing of it may be decided any more. */
export interface Terms {
  /** Milliseconds until the deadline. */
  readonly leftMs: number;
  readonly holds: () => boolean;
}

export type ServePeers = (command: Uint8Array, terms: Terms) => Promise<Uint8Array | undefined> | undefined;

/** Nobody took the command in time, or nobody says what became of it: it must be executed here, and may be there too. */
export interface Untaken {
  /** What the peer has to say of it after all, which was told to leave it; undefined: nothing, now or ever. Rejects with DeadlineExceeded. */
  outcome(): Promise<Uint8Array | undefined>;
}

/** An answer, or: execute it here; undefined when the peer does not, and never will. */
export type PeerAnswer = Uint8Array | Untaken | undefined;

export const isUntaken = (answer: PeerAnswer): answer is Untaken =>
  answer !== undefined && !(answer instanceof Uint8Array);

/** The other processes that write streams. */
export abstract class Peers {
  /** Who executes the commands of the stream on this subject; undefined: this process. */
  abstract ownerOf(subject: string): string | undefined;

  /** Gives the command to its owner. Rejects with Backpressure or DeadlineExceeded. */
  abstract ask(peer: string, command: Uint8Array, leftMs: number): Promise<PeerAnswer>;

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
