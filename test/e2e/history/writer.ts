import { read } from './reader.js';
import type { Change, UnitWrite } from './record.js';
import { CONTENT_TYPES, unitContent, type ContentType } from './units.js';
import { anyGateway, ask, type Reply, type World } from './world.js';

const RETRIES = 60;
const PAUSE_MS = 100;
const REFUSALS = new Set([400, 403, 404, 409, 410, 413, 429]);

interface Producer {
  readonly id: string;
  seq: number;
}

const outcomeOf = (status: number): UnitWrite['outcome'] => {
  if (status >= 200 && status < 300) return 'acknowledged';
  return REFUSALS.has(status) ? 'refused' : 'unknown';
};

/** A client that does one thing after the other on random paths, and writes down what it was told. */
export class Writer {
  private readonly producers = new Map<string, Producer>();
  private made = 0;

  constructor(
    private readonly name: string,
    private readonly world: World,
  ) {}

  async step(): Promise<void> {
    const { chance, paths, types, ended } = this.world;
    const path = chance.of(paths);
    const dice = chance.next();
    // Nobody can write there any more, so somebody makes room: what is kept for forks goes with the last of them.
    if (ended.has(path) && dice < 0.5) await this.change('delete', chance.next() < 0.5 ? path : chance.of(paths));
    else if (!types.has(path) || dice < 0.05) await this.create(path);
    else if (dice < 0.08) await this.change('delete', path);
    else if (dice < 0.1) await this.change('close', path);
    else if (dice < 0.13) await this.fork(path, chance.of(paths));
    else await this.append(path, dice > 0.6);
  }

  private async append(path: string, asProducer: boolean): Promise<void> {
    const { chance, types } = this.world;
    const unit = this.unit(path, types.get(path) ?? 'application/json');
    const headers = { 'content-type': unit.contentType, ...(chance.next() < 0.02 && { 'stream-closed': 'true' }) };
    await (asProducer ? this.produce(unit, headers) : this.plain(unit, headers));
    if (unit.outcome === 'acknowledged') await this.elsewhere(path);
  }

  /** Asks the other gateways for what is there by now. */
  private async elsewhere(path: string): Promise<void> {
    const { chance, gateways, record } = this.world;
    const from = chance.of(['now', '-1', record.known(path).at(-1) ?? '-1']);
    const questions = gateways.map((_, gateway) => ({ path, gateway, from, mode: 'catch-up' as const }));
    await Promise.all(questions.map((question) => read(this.world, question)));
  }

  private async plain(unit: UnitWrite, headers = { 'content-type': unit.contentType as string }): Promise<void> {
    const reply = await this.send(unit.path, 'POST', { headers, body: unit.content.bytes });
    this.settle(unit, reply, 'acknowledged');
    if (unit.outcome === 'unknown') await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }

  /** Sent again until the answer says what became of it. */
  private async produce(unit: UnitWrite, headers: { readonly 'content-type': string }): Promise<void> {
    const { path } = unit;
    const producer = this.producers.get(path) ?? { id: `${this.name}-${String(this.made)}`, seq: 0 };
    this.producers.set(path, producer);
    const triple = { 'producer-id': producer.id, 'producer-epoch': '0', 'producer-seq': String(producer.seq) };
    for (let tries = 1; ; tries += 1) {
      const reply = await this.send(path, 'POST', { headers: { ...headers, ...triple }, body: unit.content.bytes });
      const outcome = outcomeOf(reply.status);
      if (outcome === 'unknown' && tries < RETRIES) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        continue;
      }
      // What is refused now may have been written before; after that, numbers are anybody's guess.
      if (outcome === 'acknowledged') producer.seq += 1;
      else this.producers.delete(path);
      return this.settle(unit, tries > 1 && outcome === 'refused' ? { ...reply, status: 0 } : reply, 'acknowledged');
    }
  }

  private async create(path: string): Promise<void> {
    const { chance, types } = this.world;
    const contentType = chance.of(CONTENT_TYPES);
    const unit = chance.next() < 0.5 ? this.unit(path, contentType) : undefined;
    const headers = { 'content-type': contentType, ...(chance.next() < 0.03 && { 'stream-closed': 'true' }) };
    const change = this.begin('create', path);
    const asking = this.send(path, 'PUT', { headers, ...(unit && { body: unit.content.bytes }) });
    // Not waiting for the answer: what comes at once may share the first message.
    const hasty = Array.from({ length: chance.of([0, 0, 2, 5]) }, () => this.plain(this.unit(path, contentType)));
    const reply = await asking;
    await Promise.all(hasty);
    if (reply.status === 201) types.set(path, contentType);
    if (reply.status === 410 || reply.status === 409) await this.look(path);
    if (unit) this.settle(unit, reply, 'refused');
    this.end(change, reply);
  }

  private async fork(path: string, source: string): Promise<void> {
    const { chance, record, types } = this.world;
    const contentType = types.get(source) ?? 'application/json';
    const at = chance.next() < 0.5 ? chance.of([...record.known(source), '']) : '';
    const unit = chance.next() < 0.5 ? this.unit(path, contentType) : undefined;
    const headers = {
      'content-type': contentType,
      'stream-forked-from': `/${source}`,
      ...(at !== '' && { 'stream-fork-offset': at }),
      ...(at !== '' && chance.next() < 0.3 && { 'stream-fork-sub-offset': '1' }),
    };
    const change = this.begin('create', path);
    const reply = await this.send(path, 'PUT', { headers, ...(unit && { body: unit.content.bytes }) });
    if (reply.status === 201) types.set(path, contentType);
    if (unit) this.settle(unit, reply, 'refused');
    this.end(change, reply);
  }

  private async change(kind: 'delete' | 'close', path: string): Promise<void> {
    const change = this.begin(kind, path);
    const close = { headers: { 'stream-closed': 'true' } };
    const reply = await (kind === 'delete' ? this.send(path, 'DELETE') : this.send(path, 'POST', close));
    this.end(change, reply);
  }

  private send(
    path: string,
    method: string,
    request: { headers?: Readonly<{ [name: string]: string }>; body?: Uint8Array } = {},
  ): Promise<Reply> {
    return ask(`${this.world.gateways[anyGateway(this.world)] ?? ''}/${path}`, method, request);
  }

  private unit(path: string, contentType: ContentType): UnitWrite {
    const { chance, record } = this.world;
    const id = `${this.name}.${String((this.made += 1))}`;
    const size = chance.next() < 0.04 ? chance.between(20_000, 120_000) : chance.between(1, 1_500);
    const content = unitContent(id, contentType, chance, size);
    const unit: UnitWrite = {
      id,
      path,
      contentType,
      content,
      started: Date.now(),
      ended: Infinity,
      outcome: 'unknown',
    };
    record.units.set(id, unit);
    return unit;
  }

  /** `exists`: what a 200 says about the unit of a creation, whose body is ignored when the stream is there already. */
  private settle(unit: UnitWrite, reply: Reply, exists: UnitWrite['outcome']): void {
    const { record, types, ended } = this.world;
    const { path } = unit;
    unit.ended = Date.now();
    if (reply.status === 410 || (reply.status === 409 && reply.headers.has('stream-closed'))) ended.add(path);
    else if (reply.status === 404 || reply.status === 201) ended.delete(path);

    unit.outcome = reply.status === 200 ? exists : outcomeOf(reply.status);
    if (unit.outcome === 'unknown' && reply.status !== 0 && reply.status !== 503)
      record.blunders.push(`${unit.id} on ${path} got ${String(reply.status)} ${reply.body.toString().slice(0, 200)}`);
    if (reply.status === 404) types.delete(path);
    if (unit.outcome === 'acknowledged') record.acknowledged += 1;
    const offset = reply.headers.get('stream-next-offset');
    // That of a duplicate is the present tail.
    if (unit.outcome !== 'acknowledged' || offset === null) return;
    this.world.record.learn(path, offset);
    if (reply.status !== 204 || !reply.headers.has('producer-seq')) unit.offset = offset;
  }

  private begin(kind: Change['kind'], path: string): Change {
    const change: Change = { kind, path, started: Date.now(), ended: Infinity, outcome: 'unknown' };
    this.world.record.changes.push(change);
    return change;
  }

  private end(change: Change, { status, body }: Reply): void {
    const { record, types, ended } = this.world;
    change.ended = Date.now();
    // Nothing was changed when it was so before.
    change.outcome = change.kind === 'create' && status === 200 ? 'refused' : outcomeOf(status);
    if (change.kind === 'delete' && change.outcome === 'acknowledged') {
      types.delete(change.path);
      ended.delete(change.path);
    }
    if (change.outcome === 'unknown' && status !== 0 && status !== 503)
      record.blunders.push(`${change.kind} of ${change.path}: ${String(status)} ${body.toString().slice(0, 200)}`);
  }

  private async look(path: string): Promise<void> {
    const { headers, status } = await this.send(path, 'HEAD');
    const found = CONTENT_TYPES.find((type) => type === headers.get('content-type'));
    if (status === 200 && found) this.world.types.set(path, found);
  }
}
