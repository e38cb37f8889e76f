import { isIPv4 } from 'node:net';

/** Whether listening on `host` can be reached from this machine only. Other names are not looked up: they count as outside. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
