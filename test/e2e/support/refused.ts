import { expect } from '@jest/globals';

/** A refusal of the catalogue, to be matched by an answer. */
export const refused = (status: number, code: string): object => ({
  status,
  json: { error: { code, message: expect.any(String) } },
});
