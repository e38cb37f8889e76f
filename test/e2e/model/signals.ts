import type { Command, Signal } from './commands.js';
import { BAD_REQUEST, refusal, type Expectation } from './expectation.js';
import { MS, NUMBER, SIGNAL_KEY, TIME, UUID } from './patterns.js';
import { found, isRefusal } from './prologue.js';
import { isTerminal, withEntity, withItems, type Entity, type Item, type State, type Status } from './state.js';

/** `outcome`: of a signal the server handles itself; others are left to the agent. */
interface Effect {
  readonly status: Status;
  readonly outcome?: 'transitioned' | 'ignored';
}

/** The table of 4.2. */
const effect = (signal: Signal, status: Status): Effect => {
  const unhandled: Effect = { status };
  switch (signal) {
    case 'SIGKILL':
      return { status: 'killed', outcome: 'transitioned' };
    case 'SIGTERM':
      if (status === 'running') return { status: 'stopping' };
      return status === 'stopping' ? unhandled : { status: 'stopped', outcome: 'transitioned' };
    case 'SIGSTOP':
      if (status === 'running') return { status: 'paused' };
      if (status === 'idle') return { status: 'paused', outcome: 'transitioned' };
      return status === 'paused' ? { status, outcome: 'ignored' } : unhandled;
    case 'SIGCONT':
      return status === 'paused' ? { status: 'idle' } : unhandled;
    case 'SIGINT':
    case 'SIGHUP':
    case 'SIGUSR':
      return status === 'paused' ? { status, outcome: 'ignored' } : unhandled;
  }
};

const SERVER = '/_electric/server';

const signalItem = (entity: Entity, signal: Signal, reason: string | undefined): Item => {
  const { status, outcome } = effect(signal, entity.status);
  return {
    type: 'signal',
    key: SIGNAL_KEY,
    value: {
      signal,
      status: outcome ? 'handled' : 'unhandled',
      sender: SERVER,
      timestamp: TIME,
      ...(reason !== undefined && { reason }),
      ...(outcome && {
        handled_at: TIME,
        handled_by: SERVER,
        outcome,
        previous_state: entity.status,
        new_state: status,
      }),
    },
    headers: { operation: 'insert', timestamp: TIME, txid: UUID },
  };
};

const signalled = (state: State, entity: Entity, signal: Signal, reason?: string): State =>
  withEntity(state, {
    ...withItems(entity, signalItem(entity, signal, reason)),
    status: effect(signal, entity.status).status,
  });

export const signal = (state: State, command: Command<'signal'>): Expectation => {
  const asked = command.signal;
  const target = found(state, command, 'signal', asked === 'SIGX' ? BAD_REQUEST : undefined);
  if (isRefusal(target) || asked === 'SIGX') return isRefusal(target) ? target : BAD_REQUEST;
  const { entity } = target;
  if (isTerminal(entity)) return refusal(409, 'INVALID_SIGNAL');
  return {
    status: 200,
    body: {
      url: entity.url,
      signal: asked,
      previous_state: entity.status,
      new_state: effect(asked, entity.status).status,
      created_at: MS,
      txid: NUMBER,
    },
    next: () => signalled(state, entity, asked, command.reason),
  };
};

/** The older way to say SIGKILL. */
export const kill = (state: State, command: Command<'kill'>): Expectation => {
  const target = found(state, command, 'delete');
  if (isRefusal(target)) return target;
  const { entity } = target;
  if (isTerminal(entity)) return refusal(409, 'INVALID_SIGNAL');
  return { status: 200, body: { txid: NUMBER }, next: () => signalled(state, entity, 'SIGKILL', 'legacy kill') };
};
