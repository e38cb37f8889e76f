import { expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { SystemClock } from '@app/platform';
import { IdentityTokens } from './identity-tokens.js';

const SECRET = 'a secret that only the two of us know';
const SHAPE = { header: 'authorization', claim: 'sub', kind: undefined, issuer: undefined, audience: undefined };
// As large as headers may be, nearly.
const PADDING = 'x'.repeat(12_000);
const MORE_THAN_ARE_KEPT = 1_100;

const sign = (n: number): Promise<string> =>
  new SignJWT({ sub: `user:${String(n)}`, PADDING })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(Buffer.from(SECRET));

it('remembers tokens until they take too much together, and checks the others again', async () => {
  const tokens = new IdentityTokens({ keys: { kind: 'secret', secret: SECRET }, ...SHAPE }, new SystemClock());
  const first = await sign(0);
  expect(tokens.remembered(first)).toBeUndefined();
  await tokens.principal(first);
  expect(tokens.remembered(first)?.key).toBe('user:0');
  let last = first;
  for (let n = 1; n <= MORE_THAN_ARE_KEPT; n += 1) await tokens.principal((last = await sign(n)));
  expect(tokens.remembered(last)).toBeDefined();
  expect(tokens.remembered(first)).toBeUndefined();
  expect((await tokens.principal(first))?.key).toBe('user:0');
});
