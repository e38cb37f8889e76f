import { refOfPath } from '@app/domain';
import { parseLogSubject } from '@app/contracts/topology/topology.js';
import type { Log, LogCursor, LogMessage } from '@app/streams';

const READ_LIMIT = { messages: 1_000, bytes: 4 * 1024 * 1024 };

// What a row of a member shows; an agent's own writes are not in it.
const ROW_FACTS: ReadonlySet<string> = new Set([
  ...['spawned', 'status', 'touched', 'tagged', 'untagged', 'dispatch-policy'],
]);
// Reaches descendants, too: who is concerned is found out by looking at all.
const GRANT_FACTS: ReadonlySet<string> = new Set(['granted', 'revoked']);
const SOURCE_FACTS: ReadonlySet<string> = new Set(['observing', 'unobserved']);

// More than that at once, and looking at all of them is cheaper.
const MAX_URLS = 20_000;

/** What has to be looked at in a tenant. `all`: too much changed to name it. */
export interface Changed {
  readonly urls: Set<string>;
  all: boolean;
}

/** What happened in the log that membership streams may show. */
export interface Noted {
  readonly tenants: ReadonlyMap<string, Changed>;
  /** Sources came or went. */
  readonly sources: boolean;
  /** Whoever reads tables must find them at this position. */
  readonly seq: number;
}

/** Follows the log from now on, and remembers what changed until it is taken. */
export class ChangedEntities {
  private tenants = new Map<string, Changed>();
  private sources = false;
  /** What happened before is not noted, so tables are read as of here at least. */
  private seq: number;
  private readonly cursor: LogCursor;

  constructor(log: Log) {
    this.seq = log.position();
    this.cursor = log.cursor(this.seq);
  }

  /** Resolves when it is closed. @throws LogUnavailable: go on with another one, and look at everything */
  async follow(): Promise<void> {
    for (;;) {
      const messages = await this.cursor.next(READ_LIMIT);
      if (messages.length === 0) return;
      for (const message of messages) this.note(message);
    }
  }

  close(): void {
    this.cursor.close();
  }

  take(): Noted {
    const { tenants, sources, seq } = this;
    this.tenants = new Map();
    this.sources = false;
    return { tenants, sources, seq };
  }

  /** What was taken, but not seen to. */
  putBack({ tenants, sources }: Noted): void {
    this.sources ||= sources;
    for (const [tenant, { urls, all }] of tenants) {
      const changed = this.changed(tenant);
      for (const url of urls) changed.urls.add(url);
      changed.all ||= all;
    }
  }

  private note({ subject, seq, events }: LogMessage): void {
    const of = (facts: ReadonlySet<string>): boolean => events.some(({ type }) => facts.has(type));
    const row = of(ROW_FACTS);
    const grant = of(GRANT_FACTS);
    const source = of(SOURCE_FACTS);
    if (!row && !grant && !source) return;
    const address = parseLogSubject(subject);
    if (address?.kind !== 'stream') return;
    this.seq = seq;
    if (source && refOfPath(address.path) !== undefined) this.sources = true;
    if (!row && !grant) return;
    const changed = this.changed(address.tenant);
    if (row) changed.urls.add(`/${address.path.replace(/\/main$/, '')}`);
    if (grant || changed.urls.size > MAX_URLS) changed.all = true;
  }

  private changed(tenant: string): Changed {
    const known = this.tenants.get(tenant);
    if (known) return known;
    const made: Changed = { urls: new Set(), all: false };
    this.tenants.set(tenant, made);
    return made;
  }
}
