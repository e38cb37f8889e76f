import { randomUUID } from 'node:crypto';
import { appendWakeFact, entityAggregate, wakeRegistered, type WakeRequest } from '@app/application';
import { streamSubject, waitersSubject } from '@app/contracts/topology/topology.js';
import { evolveEntity, type EntityEvent, type Json, type StreamItem } from '@app/domain';
import { compareOffsets, START, type Log, type UnitDraft } from '@app/streams';

const TENANT = 't';

export const mainOf = (url: string): string => streamSubject(TENANT, `${url.slice(1)}/main`);

type Item = { readonly type: string } & { readonly [member: string]: Json };

const unit = (items: readonly Item[], events: UnitDraft['events']): UnitDraft => ({
  body: Buffer.from(items.map((item) => JSON.stringify(item)).join(',')),
  count: items.length,
  types: [...new Set(items.map(({ type }) => type))],
  events,
});

/** Entities written straight to the log, in the shapes the gateway writes. */
export class EntitiesOnLog {
  constructor(private readonly log: Log) {}

  spawn(url: string, options: { readonly parent?: string; readonly wake?: Omit<WakeRequest, 'sourceUrl'> } = {}) {
    const { parent, wake } = options;
    const spawned: EntityEvent = {
      type: 'spawned',
      data: {
        type: url.split('/')[1] ?? '',
        revision: 1,
        typeSeq: 1,
        ...(parent === undefined ? {} : { parent }),
        ancestors: parent === undefined ? [] : [parent],
        createdBy: '/principal/user%3Aa',
        tags: {},
        at: 0,
      },
    };
    const registered = wake ? [{ type: 'registered', data: this.registration({ ...wake, sourceUrl: url }) }] : [];
    const created = { type: 'entity_created', key: 'entity-created', value: {}, headers: { operation: 'insert' } };
    return this.append(url, [unit([created], [spawned, ...registered])], [spawned]);
  }

  /** As an agent does with its write token. */
  post(url: string, ...items: readonly Item[]): Promise<number> {
    return this.append(url, [unit(items, [{ type: 'posted', data: { epoch: 1 } }])]);
  }

  /** What an agent writes when a run ends. */
  finishRun(url: string, run: string, says: string): Promise<number> {
    const delta = { type: 'text_delta', key: `${run}:0`, value: { run_id: run, delta: says }, headers: {} };
    const done = { type: 'run', key: run, value: { status: 'completed' }, headers: { operation: 'update' } };
    return this.post(url, delta, done);
  }

  kill(url: string): Promise<number> {
    const killed: EntityEvent = { type: 'status', data: { status: 'killed', at: 1 } };
    const signal = { type: 'signal', key: 's', value: { signal: 'SIGKILL' }, headers: { operation: 'insert' } };
    return this.append(url, [unit([signal], [killed])], [killed], true);
  }

  register(request: WakeRequest): Promise<number> {
    const data = wakeRegistered(request, 0);
    return appendWakeFact(this.log, this.waiters(request.sourceUrl), { type: 'registered', data });
  }

  unregister(subscriber: string, source: string): Promise<number> {
    return appendWakeFact(this.log, this.waiters(source), { type: 'unregistered', data: { subscriber } });
  }

  /** Every wake on the subscriber's stream. */
  async wakes(url: string): Promise<readonly StreamItem[]> {
    const found: StreamItem[] = [];
    for (let from = START; ;) {
      const { entries, next, upToDate } = await this.log.read(mainOf(url), from, { messages: 5_000, bytes: 1 << 24 });
      const items = entries.flatMap(({ body }) => JSON.parse(`[${Buffer.from(body).toString()}]`) as StreamItem[]);
      found.push(...items.filter(({ type }) => type === 'wake'));
      if (upToDate || compareOffsets(next, from) <= 0) return found;
      from = next;
    }
  }

  private registration(request: WakeRequest): Json {
    return { ...wakeRegistered(request, 0) };
  }

  private waiters(source: string): string {
    return waitersSubject(TENANT, `${source.slice(1)}/main`);
  }

  private append(
    url: string,
    units: readonly UnitDraft[],
    events: readonly EntityEvent[] = [],
    close = false,
  ): Promise<number> {
    return this.log.submit(
      { subject: mainOf(url), aggregate: entityAggregate },
      {
        id: randomUUID(),
        since: this.log.position(),
        deadline: Date.now() + 15_000,
        decide: ({ state, exists }) => ({
          kind: 'append',
          units,
          next: events.reduce(evolveEntity, state),
          close,
          ...(exists ? {} : { contentType: 'application/json' }),
          result: (committed) => committed[0]?.seq ?? 0,
        }),
        replay: ({ message }) => message.seq,
      },
    );
  }
}
