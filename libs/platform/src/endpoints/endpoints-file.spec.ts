import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEndpoints, removeEndpoints, writeEndpoints } from './endpoints-file.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reveille-endpoints-'));
});

afterEach(() => rm(dir, { recursive: true }));

describe('the endpoints of a running standalone', () => {
  it('are found by tools on the same data directory, and only by its owner', async () => {
    const endpoints = { NATS_URL: 'nats://127.0.0.1:1', DATABASE_URL: 'postgres://u:p@127.0.0.1:2/d' };
    await writeEndpoints(dir, endpoints);
    expect(await readEndpoints(dir)).toEqual(endpoints);
    expect((await stat(join(dir, 'endpoints.json'))).mode & 0o077).toBe(0);
  });

  it('are nothing once it has stopped, and nothing when the file is not ours', async () => {
    await writeEndpoints(dir, { NATS_URL: 'x', DATABASE_URL: 'y' });
    await removeEndpoints(dir);
    expect(await readEndpoints(dir)).toEqual({});
    await writeFile(join(dir, 'endpoints.json'), '{"NATS_URL":1,"PATH":"/"}');
    expect(await readEndpoints(dir)).toEqual({});
  });
});
