import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { waitersSubject } from '@app/contracts';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { openMemoryLog } from '@app/streams/memory/index.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { RegisterWakeCommand, RegisterWakeHandler, type WakeRequest } from './register-wake.handler.js';
import { UnregisterWakeCommand, UnregisterWakeHandler } from './unregister-wake.handler.js';
import { WakeQueries } from './wake-queries.js';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const request: WakeRequest = { subscriberUrl: '/p/1', sourceUrl: '/c/1', condition: 'runFinished' };

describe('wake registrations', () => {
  let log: Log;
  let module: TestingModule;
  let commands: CommandBus;
  const asked: unknown[] = [];

  beforeEach(async () => {
    log = await openMemoryLog();
    asked.length = 0;
    const queries: WakeQueries = {
      sources: (...question) => {
        asked.push(question);
        return Promise.resolve(['/c/1', '/_cron/x']);
      },
    };
    module = await Test.createTestingModule({
      imports: [CqrsModule],
      providers: [
        RegisterWakeHandler,
        UnregisterWakeHandler,
        { provide: EVENT_LOG, useValue: log },
        { provide: Subjects, useValue: { waiters: waitersSubject } },
        { provide: Clock, useValue: { now: () => NOW } },
        { provide: WakeQueries, useValue: queries },
      ],
    }).compile();
    await module.init();
    commands = module.get(CommandBus);
  });

  afterEach(async () => {
    await module.close();
    await log.close();
  });

  const facts = async (count: number): Promise<readonly unknown[]> => {
    const cursor = log.cursor(0);
    const messages = [];
    while (messages.length < count) messages.push(...(await cursor.next({ messages: 10, bytes: 1 << 20 })));
    cursor.close();
    return messages.map(({ subject, events }) => [subject, events[0]?.type, events[0]?.data]);
  };

  it('are facts beside the source, with their defaults and their creation time', async () => {
    await commands.execute(new RegisterWakeCommand({ tenant: 't', principal: '' }, request));
    const [[subject, type, data]] = (await facts(1)) as [[string, string, unknown]];
    expect([subject, type]).toEqual(['log.t.s.c.1.main.w', 'registered']);
    expect(data).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      subscriber: '/p/1',
      source: '/c/1',
      condition: 'runFinished',
      debounceMs: 0,
      timeoutMs: 0,
      includeResponse: true,
      at: '2026-01-02T03:04:05.678Z',
    });
  });

  it('have the same key when they are equal, however they are spelt', async () => {
    const principal = { ...request, sourceUrl: '/principal/user:a' };
    await commands.execute(new RegisterWakeCommand({ tenant: 't', principal: '' }, principal));
    await commands.execute(
      new RegisterWakeCommand({ tenant: 't', principal: '' }, { ...principal, sourceUrl: '/principal/user%3Aa' }),
    );
    await commands.execute(new RegisterWakeCommand({ tenant: 't', principal: '' }, { ...principal, manifestKey: 'm' }));
    const keys = (await facts(3)).map((fact) => (fact as [string, string, { key: string }])[2].key);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('end by source with one fact', async () => {
    await commands.execute(
      new UnregisterWakeCommand(
        { tenant: 't', principal: '' },
        { subscriberUrl: '/p/1', sourceUrl: '/c/1', manifestKey: 'm' },
      ),
    );
    expect(await facts(1)).toEqual([['log.t.s.c.1.main.w', 'unregistered', { subscriber: '/p/1' }]]);
    expect(asked).toEqual([]);
  });

  it('end by manifest key at every source, as of everything that was registered before', async () => {
    await commands.execute(new RegisterWakeCommand({ tenant: 't', principal: '' }, request));
    await commands.execute(
      new UnregisterWakeCommand({ tenant: 't', principal: '' }, { subscriberUrl: '/p/1', manifestKey: 'm' }),
    );
    expect(asked).toEqual([['t', '/p/1', 'm', 1]]);
    expect((await facts(3)).slice(1)).toEqual([
      ['log.t.s.c.1.main.w', 'unregistered', { subscriber: '/p/1', manifestKey: 'm' }],
      ['log.t.s._cron.x.w', 'unregistered', { subscriber: '/p/1', manifestKey: 'm' }],
    ]);
  });

  it.each([
    [new UnregisterWakeCommand({ tenant: 't', principal: '' }, { subscriberUrl: '/p/1' }), 'INVALID_WAKE_UNREGISTER'],
    [new RegisterWakeCommand({ tenant: 't', principal: '' }, { ...request, sourceUrl: '/c//1' }), 'INVALID_REQUEST'],
    [
      new RegisterWakeCommand({ tenant: 't', principal: '' }, { ...request, subscriberUrl: '/_cron/x' }),
      'INVALID_REQUEST',
    ],
  ])('are refused when they name nothing: %j', async (command, code) => {
    await expect(commands.execute(command)).rejects.toMatchObject({ code });
    expect(log.position()).toBe(0);
  });
});
