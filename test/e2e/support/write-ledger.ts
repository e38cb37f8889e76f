import type { Answer } from '../gateway/http.js';
import type { Item } from './entities.js';

interface Attempt {
  readonly path: string;
  readonly client: string;
  acknowledged: boolean;
}

const SPAWN = 'spawn';

/** Ids of the writes an item came from; what others wrote has none. */
const idsOf = (path: string, { type, key, value }: Item): readonly string[] => {
  if (type === 'entity_created') return [`${path} ${SPAWN}`];
  if (type === 'inbox') return value.payload?.id === undefined ? [] : [`${path} ${String(value.payload.id)}`];
  return type === 'text' ? [`${path} ${key}`] : [];
};

const AT_ONCE = 16;

const inTurns = async <T>(
  paths: readonly string[],
  read: (path: string) => Promise<T>,
): Promise<readonly (readonly [string, T])[]> => {
  const results: (readonly [string, T])[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE)
    results.push(
      ...(await Promise.all(paths.slice(at, at + AT_ONCE).map(async (path) => [path, await read(path)] as const))),
    );
  return results;
};

/** What clients attempted over HTTP and what was acknowledged, to be held against the streams. */
export class WriteLedger {
  readonly refusals: string[] = [];
  private readonly attempts = new Map<string, Attempt>();

  /** @returns whether it was acknowledged; no answer and 503 leave it open whether it was written. */
  async attempt(client: string, path: string, id: string, ask: () => Promise<Answer>): Promise<boolean> {
    const attempt: Attempt = { path, client, acknowledged: false };
    this.attempts.set(`${path} ${id}`, attempt);
    const answer = await ask().catch(() => undefined);
    if (!answer) return false;
    if (answer.status < 300) attempt.acknowledged = true;
    else if (answer.status !== 503) this.refusals.push(`${path} ${id}: ${String(answer.status)} ${answer.text}`);
    return attempt.acknowledged;
  }

  spawn(client: string, path: string, ask: () => Promise<Answer>): Promise<boolean> {
    return this.attempt(client, path, SPAWN, ask);
  }

  get attempted(): number {
    return this.attempts.size;
  }

  get acknowledged(): number {
    return [...this.attempts.values()].filter(({ acknowledged }) => acknowledged).length;
  }

  get paths(): readonly string[] {
    return [...new Set([...this.attempts.values()].map(({ path }) => path))];
  }

  /** Acknowledged ⊆ log ⊆ attempted, each once, the writes of one client on one stream in the order of its attempts. */
  async contradictions(read: (path: string) => Promise<readonly Item[]>): Promise<readonly string[]> {
    if (this.acknowledged === 0) return ['nothing was acknowledged'];
    const streams = await inTurns(this.paths, read);
    const found = [...this.refusals];
    const order = [...this.attempts.keys()];
    const rank = new Map(order.map((id, index) => [id, index]));
    const seen = new Set<string>();
    for (const [path, items] of streams) {
      const last = new Map<string, number>();
      for (const id of items.flatMap((item) => idsOf(path, item))) {
        const attempt = this.attempts.get(id);
        if (seen.has(id)) found.push(`${id} is in the log twice`);
        seen.add(id);
        if (!attempt) found.push(`${id} was never attempted`);
        const place = rank.get(id) ?? 0;
        if (attempt && place < (last.get(attempt.client) ?? -1)) found.push(`${id} comes after a later write`);
        if (attempt) last.set(attempt.client, place);
      }
    }
    for (const [id, { acknowledged }] of this.attempts)
      if (acknowledged && !seen.has(id)) found.push(`${id} was acknowledged and is not in the log`);
    return found;
  }
}
