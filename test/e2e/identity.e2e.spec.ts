import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import type { TokenIdentity } from '@app/platform';
import { caller } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';

const SECRET = 'a secret that only the two of us know';
const SHAPE = { header: 'authorization', claim: 'sub', kind: undefined, issuer: undefined, audience: undefined };

// Its entities are spawned by users.
const CHAT = {
  name: 'chat',
  description: 'talks',
  permission_grants: [{ subject_kind: 'principal_kind', subject_value: 'user', permission: 'spawn' }],
};

let gateway: RunningGateway;
const call = caller(() => gateway.url);

const start = async (identity: Partial<TokenIdentity> = {}): Promise<void> => {
  const tokens = { keys: { kind: 'secret' as const, secret: SECRET }, ...SHAPE, ...identity };
  gateway = await startMemoryGateway('production', {}, { tokens, trustPrincipalHeader: false });
};

interface Signing {
  readonly secret?: string;
  readonly alg?: string;
  /** Seconds from now. */
  readonly expires?: number | null;
}

const sign = (payload: JWTPayload, { secret = SECRET, alg = 'HS256', expires = 60 }: Signing = {}): Promise<string> => {
  const token = new SignJWT(payload).setProtectedHeader({ alg });
  if (expires !== null) token.setExpirationTime(Math.floor(Date.now() / 1000) + expires);
  return token.sign(Buffer.from(secret));
};

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const ask = async (headers: Record<string, string>): Promise<number> =>
  (await call('GET', '/v1/health', undefined, headers)).status;

const unsigned = (payload: object): string =>
  [{ alg: 'none' }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.';

describe('with tokens signed by a shared secret', () => {
  beforeAll(() => start());
  afterAll(() => gateway.stop());

  it('the principal is the one the token names', async () => {
    const token = await sign({ sub: 'user:alice@example.com' });
    await call('POST', '/v1/entity-types', CHAT, bearer(token));
    const { json } = await call('PUT', '/v1/entities/chat/1', undefined, bearer(token));
    expect(json).toMatchObject({ created_by: '/principal/user%3Aalice%40example.com' });
  });

  it.each([
    ['another secret', () => sign({ sub: 'user:alice' }, { secret: 'a secret that somebody else made up' })],
    ['an expired token', () => sign({ sub: 'user:alice' }, { expires: -60 })],
    ['a token without an end', () => sign({ sub: 'user:alice' }, { expires: null })],
    ['a token that is not valid yet', () => sign({ sub: 'user:alice', nbf: Math.floor(Date.now() / 1000) + 600 })],
    ['a token without a signature', () => unsigned({ sub: 'user:alice', exp: 9_999_999_999 })],
    ['an internal principal', () => sign({ sub: 'system:framework' })],
    ['the developer', () => sign({ sub: 'system:dev-local' })],
    ['a bare id', () => sign({ sub: 'alice' })],
    ['a principal with a slash', () => sign({ sub: 'user:a/b' })],
    ['a principal with a line break', () => sign({ sub: 'user:a\nb' })],
    ['no principal', () => sign({})],
    ['no token at all', () => 'a.b.c'],
    ['an empty token', () => ''],
  ])('%s is refused', async (_what, token) => {
    expect(await ask(bearer(await token()))).toBe(401);
  });

  it('a header alone names nobody, with any kind of authorization', async () => {
    expect(await ask({})).toBe(401);
    expect(await ask({ 'electric-principal': 'user:alice' })).toBe(401);
    expect(await ask({ 'electric-principal': 'user:alice', authorization: 'Basic YTpi' })).toBe(401);
  });

  it('a header may repeat the principal, and name no other', async () => {
    const token = await sign({ sub: 'user:alice' });
    expect(await ask({ ...bearer(token), 'electric-principal': '/principal/user%3Aalice' })).toBe(200);
    expect(await ask({ ...bearer(token), 'electric-principal': 'user:bob' })).toBe(401);
    expect(await ask({ ...bearer(token), 'electric-principal': 'nonsense' })).toBe(401);
  });

  it('a token that was good is refused once it has expired', async () => {
    const token = await sign({ sub: 'user:shortlived' }, { expires: -3 });
    // Within the tolerance for clocks, and not remembered beyond its end.
    expect(await ask(bearer(token))).toBe(200);
    const ended = await sign({ sub: 'user:shortlived' }, { expires: -6 });
    expect(await ask(bearer(ended))).toBe(401);
  });
});

describe('the token of a claim', () => {
  const events = [{ type: 'state:note', key: 'n', value: { text: 'hi' }, headers: { operation: 'insert' } }];
  let token: string;
  let claimEpoch: number;
  beforeAll(async () => {
    await start();
    const alice = bearer(await sign({ sub: 'user:alice' }));
    await call('POST', '/v1/entity-types', CHAT, alice);
    for (const id of ['1', '2']) await call('PUT', `/v1/entities/chat/${id}`, undefined, alice);
    const { json } = await call('POST', '/v1/entities/chat/1/claim', { runner: 'r' }, alice);
    ({ token, claimEpoch } = json as { token: string; claimEpoch: number });
  });
  afterAll(() => gateway.stop());

  it.each(['/chat/1/main', '/v1/stream/chat/1/main'])('lets its holder append to %s', async (path) => {
    const { status } = await call('POST', path, events, { ...bearer(token), 'content-type': 'application/json' });
    expect(status).toBe(204);
  });

  it('keeps the claim alive', async () => {
    const { status } = await call('POST', '/v1/entities/chat/1/claim/heartbeat', { claimEpoch }, bearer(token));
    expect(status).toBe(200);
  });

  it.each([
    ['POST', '/chat/2/main'],
    ['GET', '/chat/1/main'],
    ['GET', '/v1/entities/chat/1'],
    ['POST', '/v1/entities/chat/1/signal'],
    ['POST', '/v1/entities/chat/1/claim'],
    ['POST', '/chat/%31/main'],
  ])('says nothing about who asks for %s %s', async (method, path) => {
    expect((await call(method, path, method === 'GET' ? undefined : events, bearer(token))).status).toBe(401);
  });
});

describe('with published keys, in a header and claim of our choice', () => {
  let issuer: Server;
  let privateKey: CryptoKey;
  let published: object[] | undefined;
  let silent = false;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    ({ privateKey } = pair);
    published = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }];
    issuer = createServer((_request, response) => {
      if (silent) return;
      response.writeHead(published ? 200 : 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((issuer.address() as AddressInfo).port)}/jwks.json`;
    await start({
      keys: { kind: 'jwks', url, staleMs: 0 },
      header: 'x-identity',
      claim: 'uid',
      kind: 'user',
      issuer: 'https://issuer.example',
      audience: 'reveille',
    });
  });
  afterAll(async () => {
    await gateway.stop();
    issuer.close();
  });

  const published256 = (claims: JWTPayload, kid = 'one'): Promise<string> =>
    new SignJWT({ uid: 'alice', iss: 'https://issuer.example', aud: 'reveille', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setExpirationTime('1m')
      .sign(privateKey);

  it('answers 503, not 401, while the keys cannot be fetched', async () => {
    const keys = published;
    published = undefined;
    expect(await ask({ 'x-identity': await published256({}) })).toBe(503);
    silent = true;
    expect(await ask({ 'x-identity': await published256({}) })).toBe(503);
    silent = false;
    published = keys;
  });

  it('takes a token with or without "Bearer"', async () => {
    const token = await published256({});
    expect(await ask({ 'x-identity': token })).toBe(200);
    expect(await ask({ 'x-identity': `Bearer ${token}` })).toBe(200);
    expect(await ask({ 'x-identity': token, 'electric-principal': 'user:alice' })).toBe(200);
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'somebody else' }],
    ['an id that is no text', { uid: 7 }],
  ])('refuses %s', async (_what, claims) => {
    expect(await ask({ 'x-identity': await published256(claims) })).toBe(401);
  });

  it('refuses a token signed with the text of the public key, or with an unknown key', async () => {
    const secret = JSON.stringify(published?.[0]);
    const payload = { uid: 'alice', iss: 'https://issuer.example', aud: 'reveille' };
    expect(await ask({ 'x-identity': await sign(payload, { secret }) })).toBe(401);
    for (const kid of ['two', '../one', 'x'.repeat(8_000)])
      expect(await ask({ 'x-identity': await published256({}, kid) })).toBe(401);
    expect(await ask({ 'x-identity': unsigned({ ...payload, exp: 9_999_999_999 }) })).toBe(401);
  });

  it('leaves the header authorization to the tokens of claims', async () => {
    const identity = { 'x-identity': await published256({}) };
    await call('POST', '/v1/entity-types', CHAT, identity);
    await call('PUT', '/v1/entities/chat/1', undefined, identity);
    const { json } = await call('POST', '/v1/entities/chat/1/claim', { runner: 'r' }, identity);
    const { token } = json as { token: string };
    const item = { type: 'state:note', key: 'n', value: {}, headers: { operation: 'insert' } };
    const headers = { ...identity, ...bearer(token), 'content-type': 'application/json' };
    expect((await call('POST', '/chat/1/main', item, headers)).status).toBe(204);
    expect((await call('POST', '/chat/1/main', item, { ...bearer(token) })).status).toBe(401);
  });
});
