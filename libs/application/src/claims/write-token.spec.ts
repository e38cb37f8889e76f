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

  it('remembers no more than so many bytes of tokens', async () => {
    const tokens = new WriteTokens(parseSigningKeys(first ?? ''));
    const long = { ...grant, holder: 'x'.repeat(30_000) };
    const signed = await Promise.all(Array.from({ length: 250 }, (_, epoch) => tokens.sign({ ...long, epoch })));
    for (const token of signed) await tokens.verify(token);
    expect(signed.join('').length).toBeGreaterThan(8 * 1024 * 1024);
    expect(tokens.heldBytes).toBeGreaterThan(8 * 1024 * 1024);
    expect(tokens.heldBytes).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(await tokens.verify(signed[0] ?? '')).toEqual({ ...long, epoch: 0 });
  });
});
