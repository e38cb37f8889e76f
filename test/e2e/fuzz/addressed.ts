import type { Draft } from './draft.js';
import type { Wire } from './wire.js';

const CLEAN = /^[A-Za-z0-9_~:-]{1,100}$/;
const CLEAN_PATH = /^[A-Za-z0-9_~:/-]{1,200}$/;

/** Where to look for what a request is about. Nothing for an address that only looks like one. */
const looks = ({ params: { type, id, name, path } }: Draft): readonly (readonly [string, string])[] => {
  if (type !== undefined && id !== undefined && CLEAN.test(type) && CLEAN.test(id))
    return [
      ['GET', `/v1/entities/${type}/${id}`],
      ['GET', `/v1/entities/${type}/${id}/grants`],
      ['HEAD', `/${type}/${id}/main`],
    ];
  if (name !== undefined && CLEAN.test(name))
    return [
      ['GET', `/v1/entity-types/${name}`],
      ['GET', `/v1/entity-types/${name}/grants`],
    ];
  if (path !== undefined && CLEAN_PATH.test(path)) return [['HEAD', `/v1/stream/${path}`]];
  return [];
};

const TOLD = ['stream-next-offset', 'stream-closed', 'content-type', 'stream-ttl', 'stream-expires-at'];

/** How that which a request is about looks to somebody who may see everything. */
export const addressed = async (wire: Wire, draft: Draft): Promise<string> => {
  const look = async ([method, path]: readonly [string, string]): Promise<unknown> => {
    const { status, text, headers } = await wire.call(method, path);
    return [path, status, text, method === 'HEAD' ? TOLD.map((name) => headers[name]) : []];
  };
  return JSON.stringify(await Promise.all(looks(draft).map(look)));
};

/** Whether a request could change something. */
export const mayChange = ({ method }: Draft): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** By the contract a spawn may be done, and its first message refused. */
export const isHalfDone = ({ operation, json }: Draft, status: number): boolean =>
  operation.id === 'entities.spawn' && status === 422 && Object.hasOwn(Object(json), 'initialMessage');
