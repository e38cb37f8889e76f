import type { Chance } from '@app/testing/chance.js';
import type { Draft, Pairs } from './draft.js';
import { multipart } from './multipart.js';
import type { Reply, Wire } from './wire.js';

export const OWNER = 'user:alice';
export const AS_OWNER: Pairs = [['electric-principal', OWNER]];
/** Holds no grants. */
export const STRANGER = 'agent:mallory';

/** No schemas, and a collection that everybody may write. */
export const OPEN = 'fz-open';
/** With schemas for everything. */
export const TYPED = 'fz-typed';
/** For operations on many. */
export const MANY = 'fz-many';
/** Grows schemas. */
export const GROWING = 'fz-growing';
/** Woken by others, and never looked at. */
export const SINK = '/fz-open/sink';

/** What the server is told that an attachment may have. */
export const MAX_FILE_BYTES = 64 * 1024;

export interface Address {
  readonly type: string;
  readonly id: string;
}

export interface Claimed extends Address {
  readonly token: string;
  readonly epoch: number;
}

const STRICT = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
const ROWS = { rows: { type: 'row', operations: ['insert', 'update', 'delete'] } };
const USERS = { subject_kind: 'principal_kind', subject_value: 'user', permission: 'manage' };

const TYPES = [
  { name: OPEN, externally_writable_collections: ROWS },
  {
    name: TYPED,
    creation_schema: STRICT,
    inbox_schemas: { note: STRICT },
    state_schemas: { row: STRICT },
    externally_writable_collections: { ...ROWS, odd: { type: 'undeclared' } },
  },
  { name: MANY },
  { name: GROWING },
];

const at = ({ type, id }: Address): string => `/v1/entities/${type}/${id}`;

const bearing = (token: string): Pairs => [['authorization', `Bearer ${token}`]];

const LIVE = 10;
const CLAIMS = 4;
const FEW = 3;

/** What lives on the server for requests to be about. What a request may end is for one request only: `take…`. */
export class World {
  readonly live: Address[] = [];
  readonly ended: Address[] = [];
  readonly claims: Claimed[] = [];
  readonly streams: string[] = [];
  /** Deleted, and kept for their forks. */
  readonly gone: string[] = [];
  readonly closed: string[] = [];
  readonly cursors = new Map<string, string>();
  readonly etags = new Map<string, string>();
  private readonly types: string[] = [];
  private readonly streamsToDelete: string[] = [];
  private readonly toKill: Address[] = [];
  readonly attachments: (Address & { readonly attachmentId: string })[] = [];
  readonly entityGrants: (Address & { readonly grantId: string })[] = [];
  readonly typeGrants: { readonly name: string; readonly grantId: string }[] = [];
  readonly operations: string[] = [];
  private count = 0;

  constructor(
    private readonly wire: Wire,
    readonly chance: Chance,
    /** Of a server that describes types. */
    readonly describer: string,
  ) {}

  name(what: string): string {
    this.count += 1;
    return `${what}-${String(this.count)}`;
  }

  async begin(): Promise<void> {
    for (const type of TYPES) await this.register(type);
    await this.made('PUT', `/v1/entities${SINK}`, {});
    while (this.ended.length < FEW) await this.addEnded();
  }

  /** Makes again what was used up. */
  async tend(): Promise<void> {
    await this.fill(1, this.gone, () => this.addEndedStream('gone'));
    await this.fill(1, this.closed, () => this.addEndedStream('closed'));
    await this.fill(LIVE, this.live, () => this.addLive(this.live, this.live.length % FEW === 0 ? TYPED : OPEN));
    await Promise.all([
      this.fill(FEW, this.toKill, () => this.addLive(this.toKill, MANY)),
      this.fill(CLAIMS, this.claims, () => this.addClaim()),
      this.fill(LIVE, this.streams, () => this.addStream(this.streams)),
      this.fill(FEW, this.streamsToDelete, () => this.addStream(this.streamsToDelete)),
      this.fill(FEW, this.types, () => this.addType()),
      this.fill(FEW, this.attachments, () => this.addAttachment()),
      this.fill(FEW, this.entityGrants, () => this.addEntityGrant()),
      this.fill(FEW, this.typeGrants, () => this.addTypeGrant()),
      this.fill(FEW, this.operations, () => this.addOperation()),
    ]);
  }

  private async fill(count: number, list: readonly unknown[], add: () => Promise<unknown>): Promise<void> {
    while (list.length < count) await add();
  }

  any<T>(choices: readonly T[]): T {
    return this.chance.of(choices);
  }

  take<T>(choices: T[]): T {
    return choices.splice(this.chance.between(0, choices.length - 1), 1)[0] as T;
  }

  takeType = (): string => this.take(this.types);
  takeStream = (): string => this.take(this.streamsToDelete);
  takeLife = (): Address => this.take(this.toKill);

  of(type: string): Address {
    return this.any(this.live.filter((each) => each.type === type));
  }

  /** What an answer says that later requests can use. */
  async learn(draft: Draft, { status, headers, json: told }: Reply): Promise<void> {
    if (status >= 300) return;
    const { operation, method, params, json } = draft;
    const { id } = operation;
    if (method === 'DELETE' && method !== operation.method) return this.lose(draft);
    const link = /cursor=([^>&]+)/.exec(String(headers['link'] ?? ''))?.[1];
    if (link !== undefined) this.cursors.set(id, link);
    if (typeof headers['etag'] === 'string') this.etags.set(params['path'] ?? '', headers['etag']);
    if (id === 'entityWrites.signal' && ['stopping', 'stopped', 'killed'].includes(told?.new_state))
      this.forget({ type: params['type'] ?? '', id: params['id'] ?? '' });
    if (id === 'entities.kill') this.forget({ type: params['type'] ?? '', id: params['id'] ?? '' });
    if (id === 'operations.start' && status === 202) await this.finished(told.id as string);
    // Whom it met is hard to say.
    if (id === 'operations.start' && /TERM|KILL/.test(JSON.stringify(json))) this.forgetAll();
  }

  /** Of an entity that nobody else uses. */
  async newClaim(type: string): Promise<Claimed> {
    const address = { type, id: this.name('claimed') };
    await this.made('PUT', at(address), {});
    return this.claim(address);
  }

  async claim(address: Address): Promise<Claimed> {
    const { json } = await this.made('POST', `${at(address)}/claim`, { runner: 'fuzz', leaseMs: 600_000 });
    return { ...address, token: json.token as string, epoch: json.claimEpoch as number };
  }

  async release({ token, epoch, ...address }: Claimed): Promise<void> {
    await this.made('POST', `${at(address)}/claim/release`, { claimEpoch: epoch }, bearing(token));
  }

  async append({ token, type, id }: Claimed, events: readonly unknown[]): Promise<void> {
    await this.made('POST', `/${type}/${id}/main`, events, bearing(token));
  }

  async end(address: Address): Promise<void> {
    await this.made('POST', `${at(address)}/signal`, { signal: 'SIGKILL' });
  }

  /** Sends it; nothing it does is still to come. */
  async did(draft: Draft): Promise<Reply> {
    const reply = await this.wire.send(draft);
    await this.learn(draft, reply);
    return reply;
  }

  /** Somebody who asked for something else has deleted it. */
  private async lose({ params: { type, id, name, path, attachmentId } }: Draft): Promise<void> {
    const keep = <T>(list: T[], isLost: (each: T) => boolean): void => {
      list.splice(0, list.length, ...list.filter((each) => !isLost(each)));
    };
    if (attachmentId !== undefined) return keep(this.attachments, (each) => each.attachmentId === attachmentId);
    if (type !== undefined && id !== undefined) return this.forget({ type, id });
    for (const list of [this.streams, this.streamsToDelete, this.gone, this.closed])
      keep(list, (each) => each === path);
    keep(this.types, (each) => each === name);
    keep(this.typeGrants, (each) => each.name === name);
    for (const each of TYPES) if (each.name === name) await this.register(each);
  }

  private async register(type: (typeof TYPES)[number]): Promise<void> {
    await this.made('POST', '/v1/entity-types', { ...type, description: 'fuzzed', permission_grants: [USERS] });
  }

  private forgetAll(): void {
    for (const list of [this.live, this.toKill, this.claims, this.attachments]) list.length = 0;
  }

  private forget({ type, id }: Address): void {
    for (const list of [this.live, this.toKill, this.claims, this.attachments] as Address[][]) {
      const stay = list.filter((each) => each.type !== type || each.id !== id);
      list.splice(0, list.length, ...stay);
    }
  }

  /** Nothing it does is still to come. */
  private async finished(operation: string): Promise<void> {
    for (;;) {
      const { json } = await this.wire.call('GET', `/v1/operations/${operation}`);
      if (json?.status !== 'running' && json?.status !== 'cancelling') return;
    }
  }

  private async addLive(list: Address[], type: string): Promise<Address> {
    const address = { type, id: this.name('e') };
    await this.made('PUT', at(address), { tags: { fuzz: 'yes' } });
    list.push(address);
    return address;
  }

  private async addEnded(): Promise<void> {
    await this.end(await this.addLive(this.ended, OPEN));
  }

  private async addClaim(): Promise<void> {
    this.claims.push(await this.newClaim(OPEN));
  }

  private async addStream(list: string[], headers: Pairs = []): Promise<string> {
    const path = `fuzz/${this.name('s')}`;
    await this.made('PUT', `/v1/stream/${path}`, [{ first: true }], headers);
    list.push(path);
    return path;
  }

  private async addEndedStream(kind: 'gone' | 'closed'): Promise<void> {
    if (kind === 'closed') return void (await this.addStream(this.closed, [['stream-closed', 'true']]));
    const source = await this.addStream(this.gone);
    await this.made('PUT', `/v1/stream/${source}-fork`, undefined, [['stream-forked-from', `/${source}`]]);
    await this.made('DELETE', `/v1/stream/${source}`);
  }

  private async addType(): Promise<void> {
    const name = this.name('fz-type');
    await this.made('POST', '/v1/entity-types', { name, description: 'to be deleted', permission_grants: [USERS] });
    this.types.push(name);
  }

  private async addAttachment(): Promise<void> {
    const { type, id } = this.of(OPEN);
    const attachmentId = this.name('file');
    const { bytes, contentType } = multipart({ id: attachmentId, subjectType: 'inbox', subjectKey: 'm' }, 'content');
    await this.sent('POST', `/v1/entities/${type}/${id}/attachments`, bytes, [
      ...AS_OWNER,
      ['content-type', contentType],
    ]);
    this.attachments.push({ type, id, attachmentId });
  }

  private async addEntityGrant(): Promise<void> {
    const { type, id } = this.any(this.live);
    const grant = { subject_kind: 'principal', subject_value: '/principal/user%3Abob', permission: 'read' };
    const { json } = await this.made('POST', `/v1/entities/${type}/${id}/grants`, grant);
    this.entityGrants.push({ type, id, grantId: String(json.id) });
  }

  private async addTypeGrant(): Promise<void> {
    const grant = { subject_kind: 'principal', subject_value: '/principal/user%3Abob', permission: 'spawn' };
    const { json } = await this.made('POST', `/v1/entity-types/${OPEN}/grants`, grant);
    this.typeGrants.push({ name: OPEN, grantId: String(json.id) });
  }

  private async addOperation(): Promise<void> {
    const entities = [{ url: `/${MANY}/${this.name('bulk')}` }];
    const { json } = await this.made('POST', '/v1/operations', { kind: 'spawn', entities });
    this.operations.push(json.id as string);
    await this.finished(json.id as string);
  }

  private made(method: string, path: string, json?: unknown, headers: Pairs = []): Promise<Reply> {
    const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
    return this.sent(method, path, body, [...AS_OWNER, ['content-type', 'application/json'], ...headers]);
  }

  private async sent(method: string, path: string, body: Uint8Array | undefined, headers: Pairs): Promise<Reply> {
    const reply = await this.wire.raw(method, path, headers, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${String(reply.status)} ${reply.text}`);
    return reply;
  }
}
