import { JSON_HEADERS, type WireRequest } from './wire-request.js';

export const get = (path: string): WireRequest => ({ method: 'GET', path });

export const put = (path: string, body: unknown): WireRequest => withBody('PUT', path, body);

export const post = (path: string, body: unknown, token?: string): WireRequest => withBody('POST', path, body, token);

const withBody = (method: 'POST' | 'PUT', path: string, body: unknown, token?: string): WireRequest => ({
  method,
  path,
  headers: token === undefined ? JSON_HEADERS : { ...JSON_HEADERS, authorization: `Bearer ${token}` },
  body: JSON.stringify(body),
});
