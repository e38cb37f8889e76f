import type { Answer, Command, Producer } from '../model/commands.js';
import type { Done } from './linearize.js';
import type { Intent, Names, Plan, Proof } from './plans.js';
import { principalHeader, requestOf, type Request } from './wire.js';

/** The gateways of the fleet, and what all clients together have seen of them. */
export interface Gateways {
  readonly urls: readonly string[];
  /** How many wait for each of them. */
  readonly waiting: number[];
  answered: number;
  /** Seeds of sequences in which something was done by an attempt that was not answered. */
  readonly doneUnanswered: Set<number>;
}

interface Claim {
  readonly token: string;
  readonly epoch: number;
}

const append = <T>(to: Map<string, T[]>, name: string, value: T): void => {
  to.set(name, [...(to.get(name) ?? []), value]);
};

/** What all clients of a sequence know. */
export interface Shared {
  readonly names: Names;
  readonly gateways: Gateways;
  readonly done: Done[];
  /** Ids that were told, by URL or name. */
  readonly grants: Map<string, number[]>;
  /** That were given, by URL. */
  readonly claims: Map<string, Claim[]>;
  /** What is no answer anybody should ever get. */
  readonly blunders: string[];
  readonly seed: number;
  keys: number;
}

const ANSWER_MS = 30_000;
const PATIENCE_MS = 60_000;
const AGAIN_MS = 25;
const NEVER_GIVEN = 4711;
const NEVER_GIVEN_EVERY = 6;

const parsed = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

interface Told {
  readonly answer: Answer;
  readonly began: number;
  readonly ended: number;
  readonly lost: boolean;
}

/** Asks until there is an answer, at the other gateway each time. */
export const ask = async (shared: Shared, request: Request, first: number): Promise<Told> => {
  const { gateways } = shared;
  const began = performance.now();
  let lost = false;
  for (let attempt = 0; ; attempt += 1) {
    const place = (first + attempt) % gateways.urls.length;
    gateways.waiting[place] = (gateways.waiting[place] ?? 0) + 1;
    try {
      const response = await fetch(`${gateways.urls[place] ?? ''}${request.path}`, {
        method: request.method,
        headers: request.headers,
        signal: AbortSignal.timeout(ANSWER_MS),
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      });
      const text = await response.text();
      const { status } = response;
      if (status !== 503) {
        if (status >= 500) shared.blunders.push(`${request.method} ${request.path}: ${String(status)} ${text}`);
        gateways.answered += 1;
        const answer = { status, body: parsed(text), headers: Object.fromEntries(response.headers) };
        if (lost && (answer.headers['idempotency-replayed'] === 'true' || 'producer-seq' in answer.headers))
          gateways.doneUnanswered.add(shared.seed);
        return { answer, began, ended: performance.now(), lost };
      }
      if (performance.now() - began > PATIENCE_MS) throw new Error(`503 for a minute: ${request.path} ${text}`);
    } catch (error) {
      if (performance.now() - began > PATIENCE_MS) throw error;
    } finally {
      gateways.waiting[place] = (gateways.waiting[place] ?? 1) - 1;
    }
    lost = true;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
};

/** Another request for the same route, where there is one. */
const otherThan = (command: CommandToSend): CommandToSend | undefined => {
  switch (command.kind) {
    case 'send':
    case 'edit':
      return { ...command, payload: 'something else' };
    case 'tag':
      return { ...command, value: 'something else' };
    case 'write':
      return { ...command, value: { something: 'else' } };
    case 'signal':
      return { ...command, reason: 'another' };
    case 'spawn':
      return { ...command, tags: { other: 'tags' } };
    case 'register':
      return { ...command, fields: { ...command.fields, description: 'something else' } };
    default:
      return undefined;
  }
};

/** Carries out what it intends, one after the other. */
export class Client {
  private readonly sent: Command[] = [];
  private readonly produced = new Map<string, Producer>();

  constructor(
    private readonly name: string,
    private readonly shared: Shared,
  ) {}

  async run(plans: readonly Plan[]): Promise<void> {
    for (const plan of plans) await this.carryOut(plan);
  }

  async carryOut({ intent, who, gateway, keyed }: Plan): Promise<void> {
    if (intent.kind === 'list') return this.list(intent.filter, who, gateway);
    const command = this.command(intent, who, keyed);
    if (!command) return;
    if (command.idempotencyKey !== undefined && intent.kind !== 'again') this.sent.push(command);
    const { answer, began, ended, lost } = await ask(this.shared, requestOf(command), gateway);
    this.learn(command, answer);
    this.shared.done.push({ command: { ...command, ...(lost && { lost }) }, answer, began, ended });
  }

  private async list(filter: Extract<Intent, { kind: 'list' }>['filter'], who: string, gateway: number): Promise<void> {
    const { shared } = this;
    const query = Object.entries(filter).filter(([, value]) => value !== undefined);
    const path = `/v1/entities?${new URLSearchParams(query).toString()}`;
    const { answer, began, ended } = await ask(shared, { method: 'GET', path, headers: principalHeader(who) }, gateway);
    const rows = answer.body as readonly { readonly url: string; readonly created_at: number }[];
    if (answer.status !== 200 || rows.some((row, n) => row.created_at > (rows[n - 1]?.created_at ?? Infinity)))
      shared.blunders.push(`${path}: ${String(answer.status)} ${JSON.stringify(rows)}`);
    // It tells of each entity by itself: how it was at some moment between.
    for (const url of new Set([...shared.names.entities, ...rows.map((row) => row.url)])) {
      const body = rows.find((row) => row.url === url) ?? null;
      const command = { kind: 'listed', url, filter, who } as const;
      shared.done.push({ command, answer: { ...answer, body }, began, ended });
    }
  }

  /** Undefined: there is nothing to do again. */
  private command(intent: Exclude<Intent, { kind: 'list' }>, who: string, keyed: boolean): CommandToSend | undefined {
    const { shared } = this;
    shared.keys += 1;
    const key = { idempotencyKey: `${this.name}-${String(shared.keys)}` };
    switch (intent.kind) {
      case 'again':
        return this.again(intent.nth, intent.other);
      case 'get':
      case 'head':
      case 'read':
      case 'grants':
      case 'get-type':
      case 'type-grants':
        return { ...intent, who };
      case 'release': {
        const { proof, ...asked } = intent;
        return { ...asked, ...this.claimOf(intent.url, proof), who, ...key };
      }
      case 'append': {
        const { proof, as, ...asked } = intent;
        const claim = this.claimOf(intent.url, proof);
        if (as === undefined) return { ...asked, ...claim, who, ...key };
        return { ...asked, ...claim, producer: this.producer(intent.url, as), who, ...(keyed && key) };
      }
      case 'revoke': {
        const { nth, ...asked } = intent;
        return { ...asked, id: this.grantOf(intent.url, nth), who, ...key };
      }
      case 'revoke-type': {
        const { nth, ...asked } = intent;
        return { ...asked, id: this.grantOf(intent.name, nth), who, ...key };
      }
      default:
        return { ...intent, who, ...key };
    }
  }

  private again(nth: number, other: boolean): CommandToSend | undefined {
    const before = this.sent[nth % Math.max(this.sent.length, 1)] as CommandToSend | undefined;
    return before && other ? otherThan(before) : before;
  }

  private claimOf(url: string, proof: Proof): Claim {
    const claims = this.shared.claims.get(url) ?? [];
    return (proof === 'forged' ? undefined : claims.at(proof === 'newest' ? -1 : 0)) ?? { epoch: 0, token: 'forged' };
  }

  private grantOf(of: string, nth: number): number {
    const ids = this.shared.grants.get(of) ?? [];
    return nth % NEVER_GIVEN_EVERY === 0 ? NEVER_GIVEN : (ids[nth % ids.length] ?? NEVER_GIVEN);
  }

  private producer(url: string, as: NonNullable<Extract<Intent, { kind: 'append' }>['as']>): Producer {
    const id = `p-${this.name}`;
    const { epoch, seq } = this.produced.get(url) ?? { epoch: 0, seq: -1 };
    switch (as) {
      case 'next':
        return { id, epoch, seq: seq + 1 };
      case 'duplicate':
        return { id, epoch, seq: Math.max(seq, 0) };
      case 'gap':
        return { id, epoch, seq: seq + 3 };
      case 'old epoch':
        return { id, epoch: Math.max(epoch - 1, 0), seq: seq + 1 };
      case 'new epoch':
        return { id, epoch: epoch + 1, seq: 0 };
      case 'new epoch, late':
        return { id, epoch: epoch + 1, seq: 2 };
    }
  }

  private learn(command: Command, { status, body }: Answer): void {
    const told = body as { readonly id: number; readonly token?: string; readonly claimEpoch: number } | undefined;
    if (command.kind === 'claim' && status === 200 && told?.token !== undefined)
      append(this.shared.claims, command.url, { token: told.token, epoch: told.claimEpoch });
    if ((command.kind === 'grant' || command.kind === 'grant-type') && status === 201 && told)
      append(this.shared.grants, command.kind === 'grant' ? command.url : command.name, told.id);
    // Without an error a producer knows that this is the newest it wrote.
    if (command.kind === 'append' && command.producer && (status === 200 || status === 204)) {
      const known = this.produced.get(command.url);
      const { producer } = command;
      if (!known || producer.epoch > known.epoch || producer.seq > known.seq) this.produced.set(command.url, producer);
    }
  }
}

type CommandToSend = Exclude<Command, Command<'listed' | 'stored'>>;
