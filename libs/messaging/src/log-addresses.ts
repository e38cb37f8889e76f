import { parseLogSubject, REGISTRY_SUBJECTS, unescapeToken } from '@app/contracts/topology/topology.js';

/** What a subject says about a message; shaped for the lanes of the read model. */
export interface LogAddress {
  readonly kind: 'stream' | 'waiters' | 'grants' | 'type';
  readonly tenant: string;
  readonly path: string;
}

const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch {
    // Not escaped by us: nobody can have written it through the gateway.
    return undefined;
  }
};

/** Subjects of the event log. */
export const logAddress = (subject: string): LogAddress | undefined => {
  const parsed = attempt(() => parseLogSubject(subject));
  if (!parsed) return undefined;
  const { kind, tenant } = parsed;
  return { kind, tenant, path: kind === 'grants' ? parsed.subscription : parsed.path };
};

const REGISTRY_ROOT = REGISTRY_SUBJECTS.split('.')[0];

/** Subjects of the registry. */
export const registryAddress = (subject: string): LogAddress | undefined => {
  const [root, tenant, area, name, ...rest] = subject.split('.');
  if (root !== REGISTRY_ROOT || area !== 'type' || tenant === undefined || name === undefined || rest.length > 0)
    return undefined;
  return attempt(() => ({ kind: 'type' as const, tenant: unescapeToken(tenant), path: unescapeToken(name) }));
};

/** By the log a subject is in. */
export const addressIn = { eventLog: logAddress, registryLog: registryAddress } as const;
