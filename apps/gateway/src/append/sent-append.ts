import { ApiError } from '@app/contracts';
import type { Producer } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import type { GatewayRequest } from '../http/request.js';
import { appendBody, NOTHING, type AppendBody } from './append-body.js';
import { producerOf } from './producer-headers.js';
import { streamSeqOf } from './stream-seq.js';

export interface SentAppend extends AppendBody {
  readonly producer?: Producer;
  readonly streamSeq?: string;
  /** What cannot be read in it. */
  readonly malformed?: string;
}

const EMPTY = Buffer.alloc(0);

/** What is read of an append by an agent. What cannot be is only reported: who asks, and what the entity is, come first. */
export const sentAppend = (request: GatewayRequest): SentAppend => {
  try {
    const headers = present({ producer: producerOf(request), streamSeq: streamSeqOf(request) });
    return { ...appendBody(request.body ?? EMPTY, request.sentContentType), ...headers };
  } catch (error) {
    if (error instanceof ApiError) return { items: NOTHING, malformed: error.message };
    throw error;
  }
};
