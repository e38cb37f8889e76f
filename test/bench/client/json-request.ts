import type { BenchRequest } from './connection.js';

const JSON_TYPE = ['content-type', 'application/json'];

export const get = (path: string): BenchRequest => ({ method: 'GET', path });

export const put = (path: string, body: unknown): BenchRequest => withBody('PUT', path, body);

export const post = (path: string, body: unknown, token?: string): BenchRequest => withBody('POST', path, body, token);

const withBody = (method: 'POST' | 'PUT', path: string, body: unknown, token?: string): BenchRequest => ({
  method,
  path,
  headers: token === undefined ? JSON_TYPE : [...JSON_TYPE, 'authorization', `Bearer ${token}`],
  body: Buffer.from(JSON.stringify(body)),
});
