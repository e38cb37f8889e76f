import type { Json } from './json.js';
import type { Offset } from './offset.js';

/** Idempotent producer triple of the Durable Streams protocol. */
export interface Producer {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
}

/** One accepted request inside a group commit; one log entry of the contracts. */
export interface Unit {
  /** Identity of the command; a second unit with this id is never written. */
  readonly id: string;
  /** JSON streams: public items. Other streams: bytes. 0 for a unit that only changes control state. */
  readonly count: number;
  readonly producer?: Producer;
  readonly streamSeq?: string;
  /** The id comes from a client key or an effect, so retries may arrive after months: it is indexed for ever. */
  readonly keyed?: true;
  /** Of the request behind a client key: the same key with another request is a mistake of the client. */
  readonly fingerprint?: string;
}

/** A state-changing fact without a public item. `unit` is the index of the unit that caused it. */
export interface ControlEvent {
  readonly unit: number;
  readonly type: string;
  readonly data: Json;
}

/**
 * State of the stream after a message, carried by that message, so that a cold stream loads with one read of its tail.
 */
export interface StateAfter {
  /** Sequence of the first message of this life of the path. */
  readonly incarnation: number;
  readonly contentType: string;
  readonly closed: boolean;
  /** The producer triple whose request closed the stream; its retry is a success. */
  readonly closedBy?: Producer;
  /** Offset after the last public item; control-only messages do not move it. */
  readonly tail: Offset;
  /** Newest last. */
  readonly producers: readonly Producer[];
  /** This life had producers that are not listed any more; who they are is in the units of its messages. */
  readonly moreProducers?: true;
  readonly lastStreamSeq?: string;
  /** Small, often changed part of the aggregate, inline in every message. */
  readonly hot: Json;
  /** Large, rarely changed part: sequence of the message whose headers hold it; 0 when there is none. */
  readonly coldAt: number;
}

/**
 * `commit`: a group of units. `piece`: part of a commit whose payload is larger than one message. `fork`: the first
 * commit of a fork. `state`: no public items, the payload is the cold part. `tombstone`: the stream is deleted.
 */
export type MessageKind = 'commit' | 'state' | 'tombstone' | 'fork' | 'piece';

/** Which of the messages that together hold one commit; they follow each other on the subject, and in the log. */
export interface Piece {
  /** From 1 to `total`. The commit, with its units and events, is in the last. */
  readonly index: number;
  readonly total: number;
}

/** Where a fork comes from. */
export interface Lineage {
  readonly subject: string;
  /** The life of the source. */
  readonly incarnation: number;
  /** What the fork shares: everything of the source up to here. */
  readonly cut: Offset;
}

/** Headers of a message by name; those the broker adds for itself are left out. */
export type Headers = Readonly<Record<string, string>>;

/** A message as the broker stored it, headers still encoded. */
export interface RawMessage {
  readonly subject: string;
  readonly seq: number;
  /** Milliseconds since 1970, by the broker's clock. */
  readonly time: number;
  readonly headers: Headers;
  readonly payload: Uint8Array;
}

/** A message decoded from format v1. `types` are the event types of its public items. */
export interface LogMessage {
  readonly subject: string;
  readonly seq: number;
  readonly time: number;
  /** As stored, for whoever keeps a copy. */
  readonly headers: Headers;
  readonly kind: MessageKind;
  /** Sequence of the previous message on this subject, 0 when this is the first. */
  readonly prev: number;
  readonly units: readonly Unit[];
  readonly events: readonly ControlEvent[];
  readonly types: readonly string[];
  readonly state: StateAfter;
  readonly piece?: Piece;
  readonly lineage?: Lineage;
  /** The cold part when this message carries it. */
  readonly cold?: Json;
  readonly payload: Uint8Array;
}

/** What is handed to the broker. */
export interface EncodedMessage {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly payload: Uint8Array;
}

/** One commit as it is stored: a message, or the pieces of one that would be too large. */
export type EncodedCommit = readonly [EncodedMessage, ...EncodedMessage[]];
