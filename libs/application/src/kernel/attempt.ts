/** The key under which a client may repeat a request: it then has one effect, however often it comes. */
export interface ClientKey {
  /** Derived from everything the key is for, so that it is the same on every process: the id of the request's unit. */
  readonly id: string;
  /** Of what was asked for. */
  readonly fingerprint: string;
  /** Log position before which nobody can have used it; absent: nobody knows. */
  readonly since?: number;
}

/** One request of a client that may write, and what became of it; filled in by whoever writes. */
export interface Attempt {
  readonly key?: ClientKey;
  /** Log sequence of what it wrote last. */
  position?: number;
  /** What it asks for was done before. */
  replayed?: true;
}

/** What an attempt came to, for whoever answers it. */
export type AttemptNotes = Pick<Attempt, 'position' | 'replayed'>;

export const noteWritten = (attempt: Attempt | undefined, seq: number | undefined): void => {
  if (attempt && seq !== undefined) attempt.position = Math.max(seq, attempt.position ?? 0);
};

export const noteReplayed = (attempt: Attempt | undefined, seq: number): void => {
  noteWritten(attempt, seq);
  if (attempt?.key) attempt.replayed = true;
};

export const notesOf = ({ position, replayed }: Attempt): AttemptNotes => ({
  ...(position !== undefined && { position }),
  ...(replayed && { replayed }),
});

/** What another process noted of the same attempt. */
export const takeNotes = (attempt: Attempt | undefined, { position, replayed }: AttemptNotes): void => {
  noteWritten(attempt, position);
  if (attempt && replayed) attempt.replayed = true;
};
