import { describe, expect, it } from '@jest/globals';
import { parseSigningKeys } from '@app/platform';
import { WriteTokens } from './write-token.js';

const [first, second, third] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
const grant = { tenant: 'acme', path: 'chat/42/main', epoch: 17 };

describe('WriteTokens', () => {
  it('gives back what was signed, also to another process', async () => {
    const token = await new WriteTokens(parseSigningKeys(first ?? '')).sign(grant);
    expect(await new WriteTokens(parseSigningKeys(first ?? '')).verify(token)).toEqual(grant);
  });

  it('accepts the previous key after a rotation, and not the one before', async () => {
    const token = await new WriteTokens(parseSigningKeys(first ?? '')).sign(grant);
    expect(await new WriteTokens(parseSigningKeys(`${second},${first}`)).verify(token)).toEqual(grant);
    expect(await new WriteTokens(parseSigningKeys(`${third},${second}`)).verify(token)).toBeUndefined();
  });

  it('refuses what it did not sign', async () => {
    const tokens = new WriteTokens(parseSigningKeys(first ?? ''));
    const [head, , signature] = (await tokens.sign(grant)).split('.');
    const forged = Buffer.from(JSON.stringify({ ...grant, iss: 'acme', aud: 'reveille:write', epoch: 99 }));
    for (const token of [
      '',
      'x',
      'a.b.c',
      `${head}.${forged.toString('base64url')}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged.toString('base64url')}.`,
    ])
      expect(await tokens.verify(token)).toBeUndefined();
  });
});
