import type { FastifyRequest } from 'fastify';
import type { OpenReads } from './open-reads.js';

export interface Ending {
  /** The client left, the process stops or the time is over. */
  readonly signal: AbortSignal;
  /** The client left, or is made to leave. */
  readonly gone: AbortSignal;
  readonly leave: () => void;
  /** To be called when the read has ended by itself. */
  readonly done: () => void;
}

/** Begins a read that may last `lifetimeMs`, and says when it must end. */
export const beginRead = (open: OpenReads, { raw: { socket } }: FastifyRequest, lifetimeMs: number): Ending => {
  const ending = new AbortController();
  const leaving = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  const leave = (): void => {
    leaving.abort();
    end();
  };
  const timer = setTimeout(end, lifetimeMs);
  const closed = open.add(end);
  // The client may have left while the first part was read.
  if (socket.destroyed) leave();
  else socket.once('close', leave);
  return {
    signal: ending.signal,
    gone: leaving.signal,
    leave,
    done: () => {
      clearTimeout(timer);
      closed();
      socket.off('close', leave);
    },
  };
};
