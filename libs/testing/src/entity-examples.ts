import type { EntityEvent, EntityStatus, SendMessage, Signal, Spawn } from '@app/domain';

/** Examples for the specs of entities. Times: 2026-01-02T03:04:05.678Z and a minute later. */
export const T0 = 1_767_323_045_678;
export const T0_ISO = '2026-01-02T03:04:05.678Z';
export const NOW = T0 + 60_000;
export const NOW_ISO = '2026-01-02T03:05:05.678Z';

export const ALICE = '/principal/user%3Aalice';

export const spawned: EntityEvent = {
  type: 'spawned',
  data: { type: 'chat', revision: 1, typeSeq: 7, ancestors: [], createdBy: ALICE, tags: {}, at: T0 },
};

export const principalSpawned: EntityEvent = { ...spawned, data: { ...spawned.data, type: 'principal' } };

export const status = (to: EntityStatus): EntityEvent => ({ type: 'status', data: { status: to, at: NOW } });

export const claimed = (epoch: number): EntityEvent => ({
  type: 'claimed',
  data: { epoch, runner: 'r1', leaseMs: 30_000, at: NOW },
});

export const released = (epoch: number, reason: 'done' | 'expired'): EntityEvent => ({
  type: 'released',
  data: { epoch, reason, at: NOW },
});

export const spawn = (fields: Partial<Spawn> = {}): Spawn => ({
  type: 'Spawn',
  now: T0,
  entityType: 'chat',
  revision: 1,
  typeSeq: 7,
  createdBy: ALICE,
  validate: () => [],
  ...fields,
});

export const send = (fields: Partial<SendMessage> = {}): SendMessage => ({
  type: 'SendMessage',
  now: NOW,
  key: 'm1',
  txid: 'tx-1',
  from: ALICE,
  fromPrincipal: ALICE,
  payload: { text: 'hi' },
  validate: () => [],
  ...fields,
});

export const signal = (name: Signal['signal'], fields: Partial<Signal> = {}): Signal => ({
  type: 'Signal',
  now: NOW,
  key: 'sig-1-abcdef01',
  txid: 'tx-2',
  signal: name,
  ...fields,
});
