import { randomInt } from 'node:crypto';

const LETTERS = 6;

/** Key of an inbox event whose sender named none. */
export const messageKey = (now: number): string =>
  `msg-in-${String(now)}-${randomInt(36 ** LETTERS)
    .toString(36)
    .padStart(LETTERS, '0')}`;
