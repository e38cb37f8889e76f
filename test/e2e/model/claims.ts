import { checkEvent } from './collections.js';
import type { Answer, Command, Producer } from './commands.js';
import { member, NOT_RUNNING, refusal, UNAUTHORIZED, type Expectation } from './expectation.js';
import { ANY, NUMBER, TIME } from './patterns.js';
import { found, isRefusal, missing } from './prologue.js';
import { schemasOf } from './schemas.js';
import { isTerminal, withEntity, withItems, type Entity, type State } from './state.js';

/** Takes the work from whoever has it. Two at the same time: the later grant stands, whichever comes first. */
export const claim = (state: State, command: Command<'claim'>, answer: Answer): Expectation => {
  const target = found(state, command, 'manage');
  if (isRefusal(target)) return target;
  const { entity } = target;
  if (isTerminal(entity)) return { status: 200, body: { done: true } };
  if (entity.status === 'paused') return { status: 200, body: { done: true }, remembered: true };
  if (answer.status === 409 && entity.claim) return refusal(409, 'FENCED');
  return {
    status: 200,
    body: { token: ANY, claimEpoch: NUMBER, leaseExpiresAt: TIME },
    next: ({ body }) => {
      const epoch = member(body, 'claimEpoch') as number;
      const status = entity.status === 'stopping' ? entity.status : 'running';
      return withEntity(state, { ...entity, status, claim: { epoch, over: false } });
    },
  };
};

/** The holder is done. Late or again: yes, without effect. */
export const release = (state: State, { url, epoch }: Command<'release'>): Expectation => {
  const entity = state.entities[url];
  if (!entity) return missing(state, url);
  if (epoch === 0) return UNAUTHORIZED;
  if (entity.claim?.epoch !== epoch) return refusal(409, 'FENCED');
  if (isTerminal(entity)) return { status: 200, body: { status: entity.status } };
  if (entity.claim.over) return { status: 200, body: { status: entity.status }, remembered: true };
  const ended = { running: 'idle', stopping: 'stopped' } as const;
  const status = entity.status === 'running' || entity.status === 'stopping' ? ended[entity.status] : entity.status;
  return {
    status: 200,
    body: { status },
    next: () => withEntity(state, { ...entity, status, claim: { epoch, over: true } }),
  };
};

/** Undefined: the append is the next one of the producer. */
const checkProducer = (entity: Entity, producer: Producer): Expectation | undefined => {
  const { id, epoch, seq } = producer;
  const known = entity.producers[id];
  const gap = (expected: number): Expectation => ({
    ...refusal(409),
    headers: { 'producer-expected-seq': String(expected), 'producer-received-seq': String(seq) },
  });
  if (!known) return seq === 0 ? undefined : gap(0);
  if (epoch < known.epoch) return { ...refusal(403), headers: { 'producer-epoch': String(known.epoch) } };
  if (epoch > known.epoch) return seq === 0 ? undefined : refusal(400);
  if (seq > known.seq + 1) return gap(known.seq + 1);
  if (seq === known.seq + 1) return undefined;
  const headers = { 'producer-epoch': String(epoch), 'producer-seq': String(known.seq) };
  return { status: 204, headers, remembered: true };
};

/** The agent writes: token, status, events, then its producer (2.8, 46). */
export const append = (state: State, command: Command<'append'>, answer: Answer): Expectation => {
  const { url, epoch, events, producer, lost } = command;
  const entity = state.entities[url];
  if (!entity) return refusal(404);
  if (epoch === 0 || entity.claim?.epoch !== epoch || entity.claim.over) return UNAUTHORIZED;
  if (isTerminal(entity)) return { ...NOT_RUNNING, headers: { 'stream-closed': 'true' } };
  const { state_schemas } = schemasOf(state, entity);
  const wrong = events.map(({ type, value }) => checkEvent(state_schemas, type, value)).find((found) => found);
  if (wrong) return wrong;
  const verdict = producer && checkProducer(entity, producer);
  if (verdict) return verdict;
  const written = withItems(entity, ...events.map((event) => ({ ...event, headers: { operation: 'insert' } })));
  const producers = producer && { [producer.id]: { epoch: producer.epoch, seq: producer.seq } };
  const next = (): State => withEntity(state, { ...written, producers: { ...entity.producers, ...producers } });
  if (!producer) return { status: 204, next };
  // Done by an attempt that was not answered: told as a duplicate.
  if (lost && answer.status === 204) return { status: 204, next };
  const headers = { 'producer-epoch': String(producer.epoch), 'producer-seq': String(producer.seq) };
  return { status: 200, headers, next };
};
