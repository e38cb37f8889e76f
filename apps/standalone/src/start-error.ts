import { ConfigError } from '@app/platform';
import { EmbeddedError } from '@app/platform/embedded/index.js';
import { DurabilityTooWeak } from '@app/runtime';
import { BrokerUnsuitable } from '@app/streams/jetstream/index.js';

const EXPLAINED = [ConfigError, EmbeddedError, DurabilityTooWeak, BrokerUnsuitable];

interface ListenError extends NodeJS.ErrnoException {
  readonly port?: number;
  readonly address?: string;
  /** Instead of an address when a name was looked up in vain. */
  readonly hostname?: string;
}

const listening = (error: ListenError): string | undefined => {
  const where = `${error.address ?? ''}:${String(error.port ?? '')}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `${where} is in use: stop what listens there, or choose another with PORT=…`;
    case 'EACCES':
      return `${where} may not be opened by this user: choose a port above 1023 with PORT=…`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${error.hostname ?? 'HOST'} is not an address of this machine: set HOST to one that is`;
    case 'EADDRNOTAVAIL':
      return `${where} is not an address of this machine: set HOST to one that is`;
    default:
      return undefined;
  }
};

/** One message that says what to do; undefined for a defect, which deserves its stack. */
export const explain = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (EXPLAINED.some((kind) => error instanceof kind)) return error.message;
  const { syscall } = error as ListenError;
  return syscall === 'listen' || syscall === 'getaddrinfo' ? listening(error) : undefined;
};
