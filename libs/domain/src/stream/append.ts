import type { Producer } from './producer.js';

/** What the rules of an append look at: the stream as it is. */
export interface StreamFacts {
  readonly exists: boolean;
  readonly closed: boolean;
  /** The producer triple whose request closed the stream. */
  readonly closedBy?: Producer;
  readonly contentType: string;
  readonly producers: readonly Producer[];
  readonly lastStreamSeq?: string;
}

/** What keeps a body from being JSON items. `too-deep`: deeper than anybody here reads. */
export type BodyProblem = 'invalid-json' | 'too-deep' | 'empty-array';

/** What is asked. Syntax of the producer headers is checked before, see `parseProducer`. */
export interface AppendRequest {
  readonly hasBody: boolean;
  readonly contentType?: string;
  /** What cannot be read in it, in words: refused whatever the stream is, but after who asks. */
  readonly malformed?: string;
  /** Wrong only if the stream holds JSON. */
  readonly bodyProblem?: BodyProblem;
  readonly producer?: Producer;
  readonly streamSeq?: string;
  readonly close?: boolean;
}

export type AppendRefusal =
  | { readonly reason: 'malformed'; readonly message: string }
  | { readonly reason: 'empty-body' | 'content-type-missing' }
  | { readonly reason: 'not-found' | 'stream-closed' | 'content-type-mismatch' }
  | { readonly reason: 'stale-epoch'; readonly current: number }
  | { readonly reason: 'epoch-must-start-at-zero' }
  | { readonly reason: 'sequence-gap'; readonly expected: number; readonly received: number }
  | { readonly reason: 'stale-stream-seq' }
  | { readonly reason: BodyProblem };

export type AppendVerdict =
  | { readonly kind: 'accept' }
  /** Written before. `seq` is the highest accepted one, not the request's. */
  | { readonly kind: 'duplicate'; readonly epoch: number; readonly seq: number }
  /** A close-only request without producer, repeated. */
  | { readonly kind: 'already-closed' }
  | { readonly kind: 'refuse'; readonly refusal: AppendRefusal };

/** A refusal by the protocol of streams, in the place where an aggregate throws. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';
  readonly code: AppendRefusal['reason'];

  constructor(readonly refusal: AppendRefusal) {
    super(refusal.reason);
    this.code = refusal.reason;
  }
}
