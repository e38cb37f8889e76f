import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawHttp, type Answer, type Headered } from './gateway/http.js';
import { Entities, type Item } from './support/entities.js';
import { attach, BOUNDARY, file, formBytes, MULTIPART, subject, type FormPart } from './support/forms.js';
import { refused } from './support/refused.js';
import { ReveilleInside, STARTING_MS } from './support/reveille-inside.js';

// Over 8 MiB, so that the largest are stored in pieces.
const LIMIT = 9 * 1024 * 1024;

const reveille = new ReveilleInside();
const { call } = reveille;
const entities = new Entities(call);

beforeAll(async () => {
  await reveille.start({ REVEILLE_MAX_ATTACHMENT_BYTES: String(LIMIT) });
  await entities.register('files');
  await entities.spawn('files/a');
}, STARTING_MS);

afterAll(() => reveille.stop(), STARTING_MS);

const idOf = (id: string): FormPart => ({ name: 'id', value: id });

const manifests = async (entity: string): Promise<readonly Item[]> =>
  (await entities.items(entity)).filter(({ type }) => type === 'manifest');

const bytesAt = async (path: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(reveille.url + path)).arrayBuffer());

describe('an attachment', () => {
  it('is stored, told in the manifest, and downloaded as it was sent', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 0x7b]);
    const answer = await attach(call, 'files/a', [
      idOf('plan'),
      { name: 'subject', value: '{"type":"run","key":"run-1"}' },
      { name: 'role', value: 'output' },
      { name: 'meta', value: '{"pages":3}' },
      { name: 'unknown', value: 'ignored' },
      file(bytes, { filename: 'der "Plan" ü.pdf', type: 'application/pdf' }),
    ]);
    const attachment = {
      key: 'attachment:plan',
      kind: 'attachment',
      id: 'plan',
      streamPath: '/files/a/attachments/plan',
      status: 'complete',
      subject: { type: 'run', key: 'run-1' },
      role: 'output',
      mimeType: 'application/pdf',
      filename: 'der "Plan" ü.pdf',
      byteLength: 5,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      createdBy: '/principal/system%3Adev-local',
      meta: { pages: 3 },
    };
    expect(answer).toMatchObject({ status: 201, json: { txid: expect.any(String), attachment } });
    expect(answer.headers.get('reveille-durability')).toBe(reveille.system.durability);
    const [event] = await manifests('files/a');
    expect(event).toMatchObject({
      type: 'manifest',
      key: 'attachment:plan',
      value: answer.json.attachment,
      headers: { operation: 'upsert', txid: answer.json.txid, timestamp: expect.any(String) },
    });

    for (const prefix of ['v1', '_electric']) {
      const path = `/${prefix}/entities/files/a/attachments/plan`;
      const { status, headers } = await call('GET', path);
      expect([status, headers.get('content-type'), headers.get('content-length')]).toEqual([
        200,
        'application/pdf',
        '5',
      ]);
      expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
      expect(headers.get('content-disposition')).toBe(
        `attachment; filename="der \\"Plan\\" _.pdf"; filename*=UTF-8''der%20%22Plan%22%20%C3%BC.pdf`,
      );
      expect(await bytesAt(path)).toEqual(bytes);
      const head = await call('HEAD', `${path}/`);
      expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '5']);
    }
  });

  it('is a closed stream of its own, which nobody else writes', async () => {
    expect((await attach(call, 'files/a', [idOf('note'), ...subject, file('hello')])).status).toBe(201);
    for (const path of ['/files/a/attachments/note', '/v1/stream/files/a/attachments/note']) {
      const read = await call('GET', path);
      expect([read.status, read.text, read.headers.get('stream-closed')]).toEqual([200, 'hello', 'true']);
      expect((await call('HEAD', path)).status).toBe(200);
      expect(await call('POST', path, 'more')).toMatchObject(refused(401, 'UNAUTHORIZED'));
      expect(await call('PUT', path, 'other')).toMatchObject(refused(403, 'UNAUTHORIZED'));
      expect(await call('DELETE', path)).toMatchObject(refused(403, 'UNAUTHORIZED'));
    }
    expect(await call('GET', '/files/a/attachments/none')).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('GET', '/files/nobody/attachments/note')).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('POST', '/files/nobody/attachments/note', 'x')).toMatchObject(refused(401, 'UNAUTHORIZED'));
  });

  it('keeps its bytes when it is JSON, may be empty, and needs no id', async () => {
    const json = '[ {"a" : 1.0} ]';
    const answer = await attach(call, 'files/a', [...subject, file(json, { type: 'application/json' })]);
    const path = `/v1/entities/files/a/attachments/${String(answer.json.attachment.id)}`;
    const { text, headers } = await call('GET', path);
    expect([text, headers.get('content-type')]).toEqual([json, 'application/json']);
    // In quotes also where a token would do.
    const disposition = `attachment; filename="notes.txt"; filename*=UTF-8''notes.txt`;
    expect(headers.get('content-disposition')).toBe(disposition);
    expect((await attach(call, 'files/a', [idOf('empty'), ...subject, file('')])).status).toBe(201);
    const empty = await call('GET', '/v1/entities/files/a/attachments/empty');
    expect([empty.status, empty.text, empty.headers.get('content-length')]).toEqual([200, '', '0']);
  });

  it('may be as large as the limit, to the byte, and no larger', async () => {
    const largest = Buffer.alloc(LIMIT, 'abcdefg');
    expect((await attach(call, 'files/a', [idOf('largest'), ...subject, file(largest)])).status).toBe(201);
    expect((await bytesAt('/v1/entities/files/a/attachments/largest')).equals(largest)).toBe(true);
    const over = [idOf('over'), ...subject, file(Buffer.alloc(LIMIT + 1))];
    expect(await attach(call, 'files/a', over)).toMatchObject(refused(413, 'INVALID_REQUEST'));
    const far = [idOf('over'), ...subject, file(Buffer.alloc(LIMIT * 2))];
    expect(await attach(call, 'files/a', far)).toMatchObject(refused(413, 'INVALID_REQUEST'));
    expect((await call('GET', '/files/a/attachments/over')).status).toBe(404);
  });

  it('can have an id of any characters but "/"', async () => {
    const id = 'a b%ü?#&';
    expect((await attach(call, 'files/a', [idOf(id), ...subject, file('odd')])).status).toBe(201);
    expect((await call('GET', `/v1/entities/files/a/attachments/${encodeURIComponent(id)}`)).text).toBe('odd');
    expect((await call('GET', `/files/a/attachments/${encodeURIComponent(id)}`)).text).toBe('odd');
  });

  it('is removed, and its id is free again', async () => {
    const path = '/v1/entities/files/a/attachments/gone';
    await attach(call, 'files/a', [idOf('gone'), ...subject, file('one')]);
    expect(await attach(call, 'files/a', [idOf('gone'), ...subject, file('two')])).toMatchObject(
      refused(409, 'INVALID_REQUEST'),
    );
    const removed = await call('DELETE', path);
    expect(removed).toMatchObject({ status: 200, json: { txid: expect.any(String) } });
    const event = (await manifests('files/a')).at(-1);
    expect(event).toMatchObject({ key: 'attachment:gone', headers: { operation: 'delete', txid: removed.json.txid } });
    expect(event).not.toHaveProperty('value');
    expect(await call('GET', path)).toMatchObject(refused(404, 'NOT_FOUND'));
    expect((await call('GET', '/files/a/attachments/gone')).status).toBe(404);
    expect(await call('DELETE', path)).toMatchObject(refused(404, 'NOT_FOUND'));
    expect((await attach(call, 'files/a', [idOf('gone'), ...subject, file('three')])).status).toBe(201);
    expect((await call('GET', path)).text).toBe('three');
  });

  it('cannot be added or removed once the entity has ended, but read', async () => {
    await entities.spawn('files/ended');
    await attach(call, 'files/ended', [idOf('kept'), ...subject, file('kept')]);
    const under = (key: string): Promise<Answer> =>
      call('POST', '/v1/entities/files/ended/attachments', formBytes([...subject, file('x')]), {
        ...MULTIPART,
        'idempotency-key': key,
      });
    const before = await under('before the end');
    await call('DELETE', '/v1/entities/files/ended');
    expect(await attach(call, 'files/ended', [...subject, file('x')])).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await under('after the end')).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await under('before the end')).toMatchObject({ status: 201, json: before.json });
    const path = '/v1/entities/files/ended/attachments/kept';
    expect(await call('DELETE', path)).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect((await call('GET', path)).text).toBe('kept');
  });

  it('may be asked for again under a key: the same is done once, another file is refused', async () => {
    const path = '/v1/entities/files/a/attachments';
    const under = (key: string) => ({ ...MULTIPART, 'idempotency-key': key });
    const post = (text: string): Promise<Answer> =>
      call('POST', path, formBytes([...subject, file(text)]), under('attach-1'));
    const first = await post('once');
    expect(first.status).toBe(201);
    const told = (await manifests('files/a')).length;
    const again = await post('once');
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await post('twice')).status).toBe(409);
    expect((await manifests('files/a')).length).toBe(told);
    const remove = (): Promise<Answer> =>
      call('DELETE', `${path}/${String(first.json.attachment.id)}`, undefined, under('remove-1'));
    const removed = await remove();
    expect(removed.status).toBe(200);
    expect((await remove()).json).toEqual(removed.json);
    expect((await manifests('files/a')).length).toBe(told + 1);
  });

  it('is for whoever may write, or read, the entity', async () => {
    await entities.spawn('files/mine');
    await attach(call, 'files/mine', [idOf('x'), ...subject, file('x')]);
    const as = (grants: number) => ({ 'electric-principal': `user:with-${String(grants)}` });
    const asked = async (headers: Headered): Promise<readonly number[]> => {
      const path = '/v1/entities/files/mine/attachments';
      const form = formBytes([...subject, file('y')]);
      const answers = [
        await call('POST', path, form, { ...MULTIPART, ...headers }),
        await call('GET', `${path}/x`, undefined, headers),
        await call('GET', '/files/mine/attachments/x', undefined, headers),
        await call('DELETE', `${path}/none`, undefined, headers),
      ];
      return answers.map(({ status }) => status);
    };
    expect(await asked(as(0))).toEqual([401, 401, 401, 401]);
    for (const [place, permission] of ['read', 'write', 'manage'].entries()) {
      const grant = { subject_kind: 'principal', subject_value: `/principal/user%3Awith-${String(place + 1)}` };
      await call('POST', '/v1/entities/files/mine/grants', { ...grant, permission });
    }
    expect(await asked(as(1))).toEqual([401, 200, 200, 401]);
    expect(await asked(as(2))).toEqual([201, 401, 401, 404]);
    expect(await asked(as(3))).toEqual([201, 200, 200, 404]);
  });

  it('that its agent describes is believed only if it is complete and in its own stream', async () => {
    await entities.spawn('files/agent');
    const claim = await entities.claim('files/agent');
    const entry = (id: string, value: object): object => ({
      type: 'manifest',
      key: `attachment:${id}`,
      value: { kind: 'attachment', id, ...value },
      headers: { operation: 'upsert' },
    });
    await entities.append('files/agent', claim, [
      entry('pending', { status: 'pending', streamPath: '/files/agent/attachments/pending' }),
      entry('stolen', { status: 'complete', streamPath: '/files/a/attachments/plan' }),
      entry('lost', { status: 'complete', streamPath: '/files/agent/attachments/lost' }),
    ]);
    const get = (id: string): Promise<Answer> => call('GET', `/v1/entities/files/agent/attachments/${id}`);
    expect(await get('pending')).toMatchObject(refused(409, 'INVALID_REQUEST'));
    expect(await get('stolen')).toMatchObject(refused(409, 'INVALID_REQUEST'));
    expect(await get('lost')).toMatchObject(refused(404, 'NOT_FOUND'));
  });
});

describe('a form', () => {
  const many = Array.from({ length: 40 }, (_, n) => ({ name: `f${String(n)}`, value: 'x' }));
  const cases: Readonly<Record<string, readonly FormPart[]>> = {
    'without a file': subject,
    'with a file under another name': [...subject, file('x', { name: 'upload' })],
    'with two files': [...subject, file('x'), file('y')],
    'without a subject': [file('x')],
    'with half a subject': [{ name: 'subjectType', value: 'run' }, file('x')],
    'with a subject of another type': [{ name: 'subject', value: '{"type":"wake","key":"k"}' }, file('x')],
    'with a subject that is no object': [{ name: 'subject', value: '[]' }, file('x')],
    'with a meta that is no JSON': [...subject, { name: 'meta', value: '{a' }, file('x')],
    'with a meta that is no object': [...subject, { name: 'meta', value: 'null' }, file('x')],
    'with a meta that cannot be stored': [...subject, { name: 'meta', value: '{"a":"\\u0000"}' }, file('x')],
    'with a meta that is too large': [...subject, { name: 'meta', value: `{"a":"${'x'.repeat(20_000)}"}` }, file('x')],
    'with a meta that is too deep': [...subject, { name: 'meta', value: '{"a":'.repeat(200) }, file('x')],
    'with another role': [...subject, { name: 'role', value: 'both' }, file('x')],
    'with an empty id': [idOf(''), ...subject, file('x')],
    'with an id that starts with a dot': [idOf('..'), ...subject, file('x')],
    'with an id that is a path': [idOf('a/b'), ...subject, file('x')],
    'with an id that cannot be stored': [idOf('a\0'), ...subject, file('x')],
    'with an id that is too long': [idOf('x'.repeat(900)), ...subject, file('x')],
    'with a type that is none': [...subject, { name: 'mimeType', value: 'text/html\r\nx: y' }, file('x')],
    'with a filename of two lines': [...subject, { name: 'filename', value: 'a\r\nset-cookie: b' }, file('x')],
    'with a huge field': [...subject, { name: 'note', value: 'x'.repeat(100_000) }, file('x')],
    'with too many fields': [...many, ...subject, file('x')],
    'in a charset that has halves of characters': [
      ...subject,
      { name: 'filename', value: Buffer.from([0x00, 0xd8, 0x61, 0x00]), type: 'text/plain; charset=utf16le' },
      file('x'),
    ],
  };

  it.each(Object.entries(cases))('%s is refused, and leaves nothing', async (_, parts) => {
    const before = (await entities.items('files/a')).length;
    expect(await attach(call, 'files/a', parts)).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect((await entities.items('files/a')).length).toBe(before);
  });

  const post = (body: Uint8Array | string, type?: string): Promise<Answer> =>
    call('POST', '/v1/entities/files/a/attachments', body, type === undefined ? {} : { 'content-type': type });

  it.each([
    ['no form', 'x', 'text/plain'],
    ['a form without a boundary', formBytes([...subject, file('x')]), 'multipart/form-data'],
    ['a form with another boundary', formBytes([...subject, file('x')]), 'multipart/form-data; boundary=other'],
    ['a form that is cut off', formBytes([...subject, file('x')]).subarray(0, -20), MULTIPART['content-type']],
    ['a form that is cut off in its head', `--${BOUNDARY}\r\ncontent-dis`, MULTIPART['content-type']],
    ['an empty body', '', MULTIPART['content-type']],
    ['no type', formBytes([...subject, file('x')]), undefined],
  ])('that is %s is refused', async (_, body, type) => {
    expect(await post(body, type)).toMatchObject(refused(400, 'INVALID_REQUEST'));
  });

  it('is looked at after the entity', async () => {
    expect(await attach(call, 'files/nobody', [])).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await attach(call, 'none/nobody', [])).toMatchObject(refused(404, 'UNKNOWN_ENTITY_TYPE'));
    expect(await attach(call, 'principal/user:a', [])).toMatchObject(refused(400, 'INVALID_REQUEST'));
  });

  it('may lie about the file: what it says is never a header it should not be', async () => {
    const odd = [...subject, idOf('odd'), file('x', { filename: '..\\..\\C:/etc/passwd', type: 'not a type' })];
    expect(await attach(call, 'files/a', odd)).toMatchObject({
      status: 201,
      json: { attachment: { filename: 'passwd', mimeType: 'application/octet-stream' } },
    });
    const page = [...subject, idOf('page'), { name: 'mimeType', value: 'text/html; charset=utf-8' }, file('<script>')];
    await attach(call, 'files/a', page);
    const { headers } = await call('GET', '/v1/entities/files/a/attachments/page');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('whose client leaves in the middle changes nothing', async () => {
    const body = formBytes([idOf('left'), ...subject, file(Buffer.alloc(100_000))]);
    const head = [
      'POST /v1/entities/files/a/attachments HTTP/1.1',
      'host: x',
      `content-type: ${MULTIPART['content-type']}`,
      `content-length: ${String(body.length)}`,
    ].join('\r\n');
    const cut = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body.subarray(0, 50_000)]);
    const { hostname, port } = new URL(reveille.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end(cut));
      socket.resume().on('close', () => {
        resolve();
      });
    });
    expect((await call('GET', '/files/a/attachments/left')).status).toBe(404);
    expect(await rawHttp(reveille.url, 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toContain(
      '200 OK',
    );
  });
});
