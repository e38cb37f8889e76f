import type { WriteGrant } from '@app/application';
import { rawPath } from '../http/raw-path.js';

const MAIN = /\/main$/;

/**
 * Whether a request is what a claim was granted for: appending to its stream, under either of its names, keeping the
 * claim alive or giving it back. For anything else its token says nothing about who asks.
 */
export const isWorkOf = ({ path }: WriteGrant, method: string, url: string): boolean => {
  if (method !== 'POST') return false;
  const entity = path.replace(MAIN, '');
  const claims = ['v1', '_electric'].flatMap((prefix) =>
    ['heartbeat', 'release'].map((verb) => `/${prefix}/entities/${entity}/claim/${verb}`),
  );
  return [`/${path}`, `/v1/stream/${path}`, ...claims].includes(rawPath(url));
};
