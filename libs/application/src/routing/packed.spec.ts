import { describe, expect, it } from '@jest/globals';
import { AppendRefused, DomainError, parseEntityUrl } from '@app/domain';
import {
  Backpressure,
  Contended,
  DeadlineExceeded,
  KeyReused,
  LogUnavailable,
  PublishRefused,
  StateTooLarge,
  StreamAbsent,
} from '@app/streams';
import { ClaimEntityCommand } from '../claims/handlers/claim-entity.handler.js';
import { ReleaseClaimCommand } from '../claims/handlers/release-claim.handler.js';
import { AppendEventsCommand, AppendFailed } from '../entities/handlers/append-events.handler.js';
import { ChangeMessageCommand } from '../entities/handlers/change-message.handler.js';
import { SendMessageCommand } from '../entities/handlers/send-message.handler.js';
import { SignalEntityCommand } from '../entities/handlers/signal-entity.handler.js';
import { SpawnEntityCommand } from '../entities/handlers/spawn-entity.handler.js';
import { TagEntityCommand } from '../entities/handlers/tag-entity.handler.js';
import { WriteCollectionCommand } from '../entities/handlers/write-collection.handler.js';
import type { StreamCommand } from '../kernel/stream-command.js';
import { AppendToStreamCommand } from '../plain-streams/handlers/append-to-stream.handler.js';
import { CreateStreamCommand } from '../plain-streams/handlers/create-stream.handler.js';
import { DeleteStreamCommand } from '../plain-streams/handlers/delete-stream.handler.js';
import { RefusedByPeer } from '../ports/refused-by-peer.js';
import { DeliverWakeCommand } from '../wakes/deliver-wake.handler.js';
import { commandOf, packOf } from './command-codecs.js';
import { packAnswer, packCommand, unpackAnswer, unpackCommand } from './packed.js';
import { packError, unpackError } from './packed-error.js';

const caller = { tenant: 't', principal: '/principal/user%3Aa' };
const address = parseEntityUrl('/chat/1');
const STAMP = { id: 'id', since: 2 ** 40, now: 1_700_000_000_123 };
// Keys and halves of surrogate pairs that not every encoding keeps.
const ODD = JSON.parse('{"__proto__":{"a":1},"toString":"\\ud800","n":1.5,"null":null,"":[]}') as never;

const there = async (command: StreamCommand<unknown>): Promise<StreamCommand<unknown> | undefined> => {
  const packed = await packOf(command);
  const unpacked = packed && unpackCommand(packCommand({ ...packed, stamp: STAMP }));
  expect(unpacked?.stamp).toEqual(STAMP);
  return unpacked && commandOf(unpacked);
};

describe('a command on its way', () => {
  const text = '{"type":"x","value":{"__proto__":1}},{"type":"y"}';
  const body = new TextEncoder().encode(text);
  const values = JSON.parse(`[${text}]`) as never[];
  const claim = { token: 'token', claimEpoch: 3 };
  const sent = { count: 3, types: [], body: Uint8Array.from([0, 255, 128]) };
  const commands: readonly StreamCommand<unknown>[] = [
    new AppendEventsCommand(
      caller,
      address,
      'token',
      { hasBody: true, producer: { id: 'p', epoch: 0, seq: 1 } },
      { body, count: 2, types: ['x', 'y'], values },
    ),
    new SendMessageCommand(caller, address, { payload: ODD, mode: 'queued' }, { from: caller.principal }),
    new SignalEntityCommand(caller, address, { signal: 'SIGKILL', payload: ODD }),
    new TagEntityCommand(caller, address, '__proto__', 'v'),
    new SpawnEntityCommand(caller, address, { args: ODD, initialMessage: { payload: null } }),
    new ClaimEntityCommand(caller, address, 'r', 1_000),
    new ReleaseClaimCommand(caller, address, claim),
    new ChangeMessageCommand(caller, address, 'key', { payload: ODD }),
    new WriteCollectionCommand(caller, address, 'notes', { operation: 'insert', key: 'k', value: ODD }),
    new AppendToStreamCommand(caller, 'a/b', { hasBody: true, contentType: 'text/plain' }, sent),
    new DeleteStreamCommand(caller, 'a/b'),
    new DeliverWakeCommand({ tenant: 't', path: 'chat/1/main', item: ODD }),
  ];

  it.each(commands.map((command) => [command.constructor.name, command] as const))(
    'stays what it is: %s',
    async (_name, command) => {
      const arrived = await there(command);
      expect(arrived).toBeInstanceOf(command.constructor);
      expect(JSON.stringify(arrived)).toBe(JSON.stringify(command));
      expect([arrived?.caller, arrived?.target]).toEqual([command.caller, command.target]);
    },
  );

  it('keeps what is not there apart from what is', async () => {
    expect(await there(new TagEntityCommand(caller, address, 'k', undefined))).toEqual(
      new TagEntityCommand(caller, address, 'k', undefined),
    );
  });

  it('carries the first content of a stream, unless only its source says what that is', async () => {
    const read = (contentType: string) =>
      Promise.resolve({ sent: { ...sent, types: [contentType] }, problem: 'invalid-json' as const });
    const create = (config: object): CreateStreamCommand =>
      new CreateStreamCommand(caller, 'a', { closed: false, ...config }, read);
    const arrived = (await there(create({ contentType: 'text/plain' }))) as CreateStreamCommand;
    const { sent: content, problem } = await arrived.body('anything');
    expect([content.body, content.types, problem]).toEqual([sent.body, ['text/plain'], 'invalid-json']);
    expect((await there(create({})))?.target).toBe('a');
    expect(await packOf(create({ fork: { source: 'b', subOffset: 0 } }))).toBeUndefined();
  });

  it('that is refused anyway stays at home', async () => {
    const malformed = { hasBody: true, malformed: 'no number' };
    const nothing = { body: new Uint8Array(0), count: 0, types: [], values: [] };
    expect(await packOf(new AppendEventsCommand(caller, address, undefined, malformed, nothing))).toBeUndefined();
  });

  it('of another version or name is nothing', () => {
    const wire = packCommand({ name: 'append', stamp: STAMP, fields: {} });
    wire[1] = 2;
    expect(unpackCommand(wire)).toBeUndefined();
    for (const name of ['unheard-of', 'constructor', '__proto__'])
      expect(commandOf({ name, stamp: STAMP, fields: {} })).toBeUndefined();
  });
});

describe('an answer on its way back', () => {
  it('is the result, or nothing', () => {
    for (const result of [{ txid: 7, tags: ODD }, undefined])
      expect(unpackAnswer(packAnswer({ ok: true, result }))).toEqual({ ok: true, ...(result && { result }) });
  });

  it.each([
    new DomainError('SCHEMA_VALIDATION_FAILED', 'no', [{ path: '/a', message: 'b' }]),
    new RefusedByPeer('SERVE_ENDPOINT_UNREACHABLE', 'no', { a: 1 }),
    new AppendRefused({ reason: 'sequence-gap', expected: 1, received: 3 }),
    new AppendFailed(new AppendRefused({ reason: 'stream-closed' }), true, { seq: 5, pos: 2 }),
    new AppendFailed(new DomainError('FENCED', 'late'), false, { seq: 5, pos: 2 }),
    new DeadlineExceeded(true),
    new DeadlineExceeded(false),
    ...[Backpressure, Contended, KeyReused, LogUnavailable, PublishRefused, StateTooLarge, StreamAbsent].map(
      (Type) => new Type('why'),
    ),
  ])('is the same error: %s', (error) => {
    const arrived = unpackError(JSON.parse(JSON.stringify(packError(error))));
    expect(arrived).toBeInstanceOf(error.constructor);
    expect({ ...arrived, message: arrived.message }).toEqual({ ...error, message: error.message });
  });

  it('tells where a defect was, and what an outage was', () => {
    const defect = unpackError(packError(new TypeError('x is not a function')));
    expect(defect.message).toContain('packed.spec');
    expect(unpackError(packError(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })))).toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
