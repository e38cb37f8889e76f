import { AppendRefused, DomainError, type AppendRefusal } from '@app/domain';
import {
  Backpressure,
  Contended,
  DeadlineExceeded,
  KeyReused,
  LogUnavailable,
  OffsetGone,
  PublishRefused,
  StateTooLarge,
  StreamAbsent,
  type Offset,
} from '@app/streams';
import { AppendFailed } from '../entities/handlers/append-events.handler.js';
import { RefusedByPeer } from '../ports/refused-by-peer.js';

interface Told {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly details?: unknown;
}

type PackedError =
  | Told
  | { readonly name: 'AppendRefused'; readonly refusal: AppendRefusal }
  | { readonly name: 'DeadlineExceeded'; readonly unknown: boolean }
  | { readonly name: 'AppendFailed'; readonly cause: unknown; readonly closed: boolean; readonly tail: Offset };

const SIMPLE: Readonly<Record<string, new (message: string) => Error>> = {
  Backpressure,
  Contended,
  KeyReused,
  LogUnavailable,
  OffsetGone,
  PublishRefused,
  StateTooLarge,
  StreamAbsent,
};

const told = (error: Error): Told => {
  const { name, message, code, details, stack } = error as Error & {
    readonly code?: unknown;
    readonly details?: unknown;
  };
  if (name in SIMPLE) return { name, message };
  if (error instanceof DomainError || error instanceof RefusedByPeer)
    return { name, message, code: error.code, details };
  // A defect, or an outage of something else: whoever answers logs it, so it needs to know where that was.
  return { name, message: stack ?? message, ...(typeof code === 'string' ? { code } : {}) };
};

/** An error of a handler as JSON; the gateways answer the same for what comes out at the other end. */
export const packError = (error: unknown): unknown => {
  if (error instanceof AppendFailed) {
    const { name, cause, closed, tail } = error;
    return { name, cause: packError(cause), closed, tail };
  }
  if (error instanceof AppendRefused) return { name: error.name, refusal: error.refusal };
  if (error instanceof DeadlineExceeded) return { name: error.name, unknown: error.unknown };
  return told(error instanceof Error ? error : new Error(String(error)));
};

export const unpackError = (packed: unknown): Error => {
  const error = packed as PackedError;
  if ('closed' in error) return new AppendFailed(unpackError(error.cause), error.closed, error.tail);
  if ('refusal' in error) return new AppendRefused(error.refusal);
  if ('unknown' in error) return new DeadlineExceeded(error.unknown);
  const { name, message, code, details } = error;
  if (name === 'DomainError') return new DomainError(code as DomainError['code'], message, details);
  if (name === 'RefusedByPeer') return new RefusedByPeer(code as RefusedByPeer['code'], message, details);
  const Simple = SIMPLE[name];
  if (Simple) return new Simple(message);
  return Object.assign(
    new Error(`in the process that owns the stream: ${message}`),
    code === undefined ? {} : { code },
  );
};
