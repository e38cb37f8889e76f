import fc from 'fast-check';
import type { Database } from '@app/read-model';
import { DEVELOPER, urlOf } from '../model/access.js';
import { Client, type Gateways, type Shared } from './client.js';
import { linearize } from './linearize.js';
import { entityGift, fieldsOf, planOf, type Intent, type Names, type Plan } from './plans.js';

const CLIENTS = 3;
const COMMANDS_EACH = 15;
const ENTITIES = 4;

export interface Outcome {
  readonly commands: number;
  readonly observations: number;
  /** By kind of command and status of the answer. */
  readonly answers: ReadonlyMap<string, number>;
  /** Undefined when everything agrees. */
  readonly problem?: string;
}

const namesOf = (seed: number): Names => {
  const types = [0, 1].map((n) => `m${String(seed)}-${String(n)}`);
  const entities = types.flatMap((type) =>
    Array.from({ length: ENTITIES / types.length }, (_, n) => `/${type}/e${String(n)}`),
  );
  return { types, entities };
};

const FULL = {
  creation_schema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
  inbox_schemas: { m: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } },
  state_schemas: { 'state:notes': { type: 'object', properties: { n: { type: 'number' } } }, text: {} },
  externally_writable_collections: { notes: { type: 'state:notes', operations: ['insert', 'update', 'delete'] } },
} as const;

/**
 * So that there is something: a type with everything, another one, entities of both that belong to several, one of them
 * below another, and two of them claimed, one by somebody who sends something twice.
 */
const beginning = ({ types, entities }: Names, seed: number): readonly (readonly [string, Intent])[] => {
  const users = { subject_kind: 'principal_kind', subject_value: 'user', permission: 'spawn' } as const;
  const [full = '', any = ''] = types;
  const [fields = { name: any, description: 'none' }] = fc.sample(fieldsOf(any), { seed, numRuns: 1 });
  const [root = '', child = '', other = ''] = entities;
  const gifts = fc.sample(entityGift, { seed, numRuns: 2 });
  const forBob = { subject_kind: 'principal', subject_value: urlOf('user:bob'), permission: 'read' } as const;
  const event = { type: 'text', key: 'a', value: {} };
  return [
    [DEVELOPER, { kind: 'register', fields: { name: full, description: 'has everything', ...FULL }, grants: [users] }],
    [DEVELOPER, { kind: 'register', fields, grants: [users] }],
    [DEVELOPER, { kind: 'amend', name: full, inbox: { ask: {} } }],
    ['user:alice', { kind: 'spawn', url: root, tags: { a: '0' }, grants: [...gifts, forBob] }],
    ['user:alice', { kind: 'spawn', url: child, args: { n: 1 }, parent: root }],
    ['user:bob', { kind: 'spawn', url: other }],
    [DEVELOPER, { kind: 'claim', url: child }],
    ['user:bob', { kind: 'claim', url: other }],
    [DEVELOPER, { kind: 'append', url: child, events: [event], proof: 'newest', as: 'next' }],
    [DEVELOPER, { kind: 'append', url: child, events: [event], proof: 'newest', as: 'duplicate' }],
  ];
};

/** Everything there is in the end, through each gateway. */
const ending = ({ types, entities }: Names): readonly Plan[] => {
  const intents: readonly Intent[] = [
    ...types.flatMap((name): Intent[] => [
      { kind: 'get-type', name },
      { kind: 'type-grants', name },
    ]),
    ...types.map((type): Intent => ({ kind: 'list', filter: { type } })),
    ...entities.flatMap((url): Intent[] => [
      { kind: 'get', url },
      { kind: 'read', url },
      { kind: 'grants', url },
    ]),
  ];
  const through = (gateway: 0 | 1): readonly Plan[] =>
    intents.map((intent) => ({ intent, who: DEVELOPER, gateway, keyed: false }));
  return [...through(0), ...through(1)];
};

/** What the projectors made of it. The lists of the ending waited for them. */
const readModel = async (database: Database, shared: Shared): Promise<void> => {
  const began = performance.now();
  const rows = await database.query<{ readonly url: string; readonly spawn_args: string | null }>(
    `SELECT url, type, status, parent, created_by, spawn_args,
       (SELECT coalesce(jsonb_object_agg(key::jsonb #>> '{}', value::jsonb), '{}') FROM entity_tags t WHERE t.tenant = e.tenant AND t.url = e.url) AS tags
     FROM entities e WHERE url = ANY($1)`,
    [shared.names.entities],
  );
  const ended = performance.now();
  for (const url of shared.names.entities) {
    const { spawn_args: args = null, ...row } = rows.find((one) => one.url === url) ?? {};
    const body = 'url' in row ? { ...row, args: args === null ? {} : (JSON.parse(args) as unknown) } : null;
    const answer = { status: 200, body, headers: {} };
    shared.done.push({ command: { kind: 'stored', url, who: DEVELOPER }, answer, began, ended });
  }
};

/** One random sequence, and whether everything that was answered can have happened. */
export const runSequence = async (seed: number, gateways: Gateways, database: Database): Promise<Outcome> => {
  const names = namesOf(seed);
  const told = { done: [], grants: new Map(), claims: new Map(), blunders: [] };
  const shared: Shared = { seed, names, gateways, ...told, keys: 0 };
  const first = new Client(`${String(seed)}-first`, shared);
  for (const [who, intent] of beginning(names, seed)) await first.carryOut({ intent, who, gateway: 0, keyed: true });
  const plans = fc.sample(fc.array(planOf(names), { minLength: COMMANDS_EACH, maxLength: COMMANDS_EACH }), {
    seed,
    numRuns: CLIENTS,
  });
  await Promise.all(plans.map((own, n) => new Client(`${String(seed)}-${String(n)}`, shared).run(own)));
  const commands = shared.keys;
  for (const plan of ending(names)) await first.carryOut(plan);
  await readModel(database, shared);

  const { done, blunders } = shared;
  const answers = new Map<string, number>();
  for (const { command, answer } of done) {
    const what = `${command.kind} ${String(answer.status)}`;
    answers.set(what, (answers.get(what) ?? 0) + 1);
  }
  const impasse = linearize(done);
  const problem =
    blunders.length > 0
      ? blunders.join('\n')
      : impasse &&
        `no order explains the answers; ${String(impasse.after)} of ${String(done.length)} fitted, then:\n  ${impasse.wrong.join('\n  ')}`;
  return { commands, observations: done.length, answers, ...(problem !== undefined && { problem }) };
};
