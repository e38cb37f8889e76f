import { expect } from '@jest/globals';
import { jsonOf, type Answer, type Headered } from '../gateway/http.js';
import { ReveilleInside } from '../support/reveille-inside.js';

export const JSON_TYPE = { 'content-type': 'application/json' };

/** An event that every type takes. */
export const run = { type: 'run', key: 'run-1', value: { status: 'started' }, headers: { operation: 'insert' } };

interface Item {
  readonly type: string;
}

interface Claimed {
  readonly epoch: number;
  readonly token: string;
  /** Of a request with this claim. */
  readonly headers: Headered;
}

/** A server, and what nearly every test of it begins with. Paths are `type/id`. */
export class ControlPlane {
  private readonly reveille = new ReveilleInside();
  private names = 0;

  readonly call = this.reveille.call;

  get durability(): string {
    return this.reveille.system.durability;
  }

  readonly start = (): Promise<void> => this.reveille.start();

  readonly stop = (): Promise<void> => this.reveille.stop();

  readonly fresh = (what: string): string => `${what}-${String((this.names += 1))}`;

  /** A type of its own. @returns its name */
  readonly register = async (more: object = {}): Promise<string> => {
    const name = this.fresh('type');
    const body = { name, description: 'for a test', ...more };
    expect((await this.call('POST', '/v1/entity-types', body)).status).toBe(201);
    return name;
  };

  readonly spawn = async (body: object = {}, type?: string): Promise<string> => {
    const path = `${type ?? (await this.register())}/${this.fresh('e')}`;
    expect(await this.call('PUT', `/v1/entities/${path}`, body)).toMatchObject({ status: 201 });
    return path;
  };

  readonly signal = (path: string, name: string): Promise<Answer> =>
    this.call('POST', `/v1/entities/${path}/signal`, { signal: name });

  readonly items = async (path: string): Promise<readonly Item[]> =>
    jsonOf<readonly Item[]>(await this.call('GET', `/${path}/main`));

  readonly claim = async (path: string, runner = 'runner-1', leaseMs = 60_000): Promise<Claimed> => {
    const { status, json } = await this.call('POST', `/v1/entities/${path}/claim`, { runner, leaseMs });
    expect(status).toBe(200);
    return {
      epoch: json.claimEpoch,
      token: json.token,
      headers: { ...JSON_TYPE, authorization: `Bearer ${json.token}` },
    };
  };
}
