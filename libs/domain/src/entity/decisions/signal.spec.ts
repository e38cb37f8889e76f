import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { NOW, NOW_ISO, principalSpawned, signal, spawned, status } from '@app/testing/entity-examples.js';
import { entityDecider } from '../entity.decider.js';
import { isTerminal, SIGNALS, type EntityStatus, type LiveStatus, type SignalName } from '../lifecycle.js';

const given = deciderSpec(entityDecider);
const U = undefined;
type Cell = readonly [to: EntityStatus, outcome: 'transitioned' | 'ignored' | undefined];

// agents-api.md 4.2, column by column: spawning, running, idle, paused, stopping.
const STATUSES: readonly LiveStatus[] = ['spawning', 'running', 'idle', 'paused', 'stopping'];
const killed: Cell = ['killed', 'transitioned'];
const left: readonly Cell[] = STATUSES.map((same) => [same, U]);
const ignoredWhenPaused: readonly Cell[] = STATUSES.map((same) => [same, same === 'paused' ? 'ignored' : U]);
const TABLE: Readonly<Record<SignalName, readonly Cell[]>> = {
  SIGKILL: STATUSES.map(() => killed),
  SIGTERM: [
    ['spawning', U],
    ['stopping', U],
    ['stopped', 'transitioned'],
    ['stopped', 'transitioned'],
    ['stopping', U],
  ],
  SIGSTOP: [
    ['spawning', U],
    ['paused', U],
    ['paused', 'transitioned'],
    ['paused', 'ignored'],
    ['stopping', U],
  ],
  SIGCONT: left.map((cell, i) => (STATUSES[i] === 'paused' ? ['idle', U] : cell)),
  SIGINT: ignoredWhenPaused,
  SIGHUP: ignoredWhenPaused,
  SIGUSR: ignoredWhenPaused,
};
const cells = SIGNALS.flatMap((name) => STATUSES.map((from, i) => [name, from, ...(TABLE[name][i] as Cell)] as const));

describe('a signal', () => {
  it.each(cells)('%s to a %s entity makes it %s, handled: %s', (name, from, to, outcome) => {
    const value = {
      signal: name,
      status: outcome ? 'handled' : 'unhandled',
      sender: '/_electric/server',
      timestamp: NOW_ISO,
    };
    const handled = {
      handled_at: NOW_ISO,
      handled_by: '/_electric/server',
      outcome,
      previous_state: from,
      new_state: to,
    };
    given(spawned, status(from))
      .when(signal(name))
      .then({
        items: [
          {
            type: 'signal',
            key: 'sig-1-abcdef01',
            value: { ...value, ...(outcome ? handled : {}) },
            headers: { operation: 'insert', timestamp: NOW_ISO, txid: 'tx-2' },
          },
        ],
        events: [to === from ? { type: 'touched', data: { at: NOW } } : status(to)],
        close: isTerminal(to),
        result: { kind: 'signalled', previousState: from, newState: to },
      });
  });

  const refused = SIGNALS.flatMap((name) => (['stopped', 'killed'] as const).map((ended) => [name, ended] as const));
  it.each(refused)('%s to a %s entity is refused', (name, ended) =>
    given(spawned, status(ended)).when(signal(name)).thenRejects('INVALID_SIGNAL'),
  );

  it('carries its reason and payload', () => {
    const { units } = given(spawned)
      .when(signal('SIGUSR', { reason: 'why', payload: [1] }))
      .decided();
    expect(units[0]?.items[0]?.value).toMatchObject({ reason: 'why', payload: [1] });
  });

  it('to nobody is not found', () => given().when(signal('SIGKILL')).thenRejects('NOT_FOUND'));
  it('is not for principals', () => given(principalSpawned).when(signal('SIGKILL')).thenRejects('INVALID_REQUEST'));
});
