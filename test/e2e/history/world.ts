import type { Chance } from '@app/testing/chance.js';
import type { Record } from './record.js';
import type { ContentType } from './units.js';

export interface Reply {
  /** 0: no answer. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const ANSWER_MS = 30_000;

/** What all clients of one run share. */
export interface World {
  readonly chance: Chance;
  readonly record: Record;
  readonly paths: readonly string[];
  /** Base URLs. */
  readonly gateways: readonly string[];
  /** What clients believe a path holds; only the server knows. */
  readonly types: Map<string, ContentType>;
  /** Paths of which somebody was told that they are closed, or kept for forks only. */
  readonly ended: Set<string>;
}

export const anyGateway = ({ chance, gateways }: World): number => chance.between(0, gateways.length - 1);

export const ask = async (
  url: string,
  method: string,
  { headers = {}, body }: { headers?: Readonly<{ [name: string]: string }>; body?: Uint8Array } = {},
): Promise<Reply> => {
  try {
    const init = { method, headers, signal: AbortSignal.timeout(ANSWER_MS), ...(body && { body }) };
    const response = await fetch(url, init);
    return {
      status: response.status,
      headers: response.headers,
      body: Buffer.from(await response.arrayBuffer()),
    };
  } catch {
    return { status: 0, headers: new Headers(), body: Buffer.alloc(0) };
  }
};
