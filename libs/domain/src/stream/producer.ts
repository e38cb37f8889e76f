/** Idempotent producers of the Durable Streams protocol: who wrote, in which life, with which consecutive number. */
export type Producer = { readonly id: string; readonly epoch: number; readonly seq: number };

export interface ProducerHeaders {
  readonly id?: string | undefined;
  readonly epoch?: string | undefined;
  readonly seq?: string | undefined;
}

export type ParsedProducer =
  | { readonly kind: 'none' }
  | { readonly kind: 'producer'; readonly producer: Producer }
  | { readonly kind: 'malformed'; readonly message: string };

// The state of a stream lists ids in about 1 KB, and an entry of their index holds no more than 2.7 KB.
const LONGEST_ID = 512;

const malformed = (message: string): ParsedProducer => ({ kind: 'malformed', message });

const integer = (text: string): number | undefined => {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
};

/** `Producer-Id`, `Producer-Epoch`, `Producer-Seq`: all three or none. */
export const parseProducer = ({ id, epoch, seq }: ProducerHeaders): ParsedProducer => {
  if (id === undefined && epoch === undefined && seq === undefined) return { kind: 'none' };
  if (id === undefined || epoch === undefined || seq === undefined)
    return malformed('Producer-Id, Producer-Epoch and Producer-Seq are sent together or not at all');
  if (id === '') return malformed('Producer-Id must not be empty');
  if (id.length > LONGEST_ID) return malformed(`Producer-Id must not be longer than ${String(LONGEST_ID)} bytes`);
  const epochNumber = integer(epoch);
  const seqNumber = integer(seq);
  if (epochNumber === undefined) return malformed('Producer-Epoch must be an integer from 0 to 2^53-1');
  if (seqNumber === undefined) return malformed('Producer-Seq must be an integer from 0 to 2^53-1');
  return { kind: 'producer', producer: { id, epoch: epochNumber, seq: seqNumber } };
};
