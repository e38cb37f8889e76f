import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jsonOf } from '../gateway/http.js';
import { refused } from '../support/refused.js';
import type { ControlPlane } from './control-plane.js';

export const entityTypes = (plane: ControlPlane): void => {
  const { call, fresh, register } = plane;
  describe('entity types', () => {
    it('are registered, replaced, read, listed and deleted', async () => {
      const name = fresh('type');
      const first = await call('POST', '/_electric/entity-types', {
        name,
        description: 'first',
        inbox_schemas: { ask: { type: 'object' } },
        serve_endpoint: 'http://127.0.0.1:1/x',
      });
      expect(first).toMatchObject({
        status: 201,
        json: {
          name,
          revision: 1,
          creation_schema: null,
          state_schemas: null,
          default_dispatch_policy: { targets: [{ type: 'webhook', url: 'http://127.0.0.1:1/x' }] },
        },
      });
      expect(first.headers.get('reveille-durability')).toBe(plane.durability);
      const second = await call('POST', '/v1/entity-types', { name, description: 'second' });
      expect(second).toMatchObject({
        status: 201,
        json: { revision: 2, inbox_schemas: null, created_at: first.json.created_at },
      });
      expect(second.json).not.toHaveProperty('serve_endpoint');
      expect((await call('GET', `/v1/entity-types/${name}`)).json).toEqual(second.json);
      const listed = jsonOf<readonly { name: string }[]>(await call('GET', '/v1/entity-types')).map(
        ({ name: each }) => each,
      );
      expect(listed).toEqual([...listed].sort());
      expect(listed).toEqual(expect.arrayContaining([name, 'principal']));
      expect(await call('DELETE', `/v1/entity-types/${name}`)).toMatchObject({ status: 204, text: '' });
      expect(await call('GET', `/v1/entity-types/${name}`)).toMatchObject(refused(404, 'NOT_FOUND'));
      expect(await call('DELETE', `/v1/entity-types/${name}`)).toMatchObject(refused(404, 'NOT_FOUND'));
      expect(await call('POST', '/v1/entity-types', { name, description: 'again' })).toMatchObject({
        json: { revision: 1 },
      });
    });

    it.each([
      ['no name', { description: 'd' }],
      ['no description', { name: 'x' }],
      ['an unknown field', { name: 'x', description: 'd', metadata_schema: {} }],
      ['a foreign keyword', { name: 'x', description: 'd', creation_schema: { if: {} } }],
      ['an unknown format', { name: 'x', description: 'd', creation_schema: { type: 'string', format: 'phone' } }],
      [
        'comments under another contract',
        { name: 'x', description: 'd', externally_writable_collections: { comments: { type: 's' } } },
      ],
      ['two dispatch targets', { name: 'x', description: 'd', default_dispatch_policy: { targets: [1, 2] } }],
    ])('are not registered with %s', async (_what, body) => {
      expect(await call('POST', '/v1/entity-types', body)).toMatchObject(refused(400, 'INVALID_REQUEST'));
    });

    it('have slash commands with proper names', async () => {
      const body = { name: 'x', description: 'd', slash_commands: [{ name: 'No' }] };
      const answer = await call('POST', '/v1/entity-types', body);
      expect(answer).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
      expect(answer.json.error.details[0].path).toBe('/slash_commands/0/name');
    });

    it('take more schemas, and never another for one they have', async () => {
      const name = await register({ inbox_schemas: { ask: { type: 'object' } } });
      const path = `/v1/entity-types/${name}/schemas`;
      expect(await call('PATCH', path, { inbox_schemas: { tell: {} }, state_schemas: { note: {} } })).toMatchObject({
        status: 200,
        json: { revision: 2, inbox_schemas: { ask: { type: 'object' }, tell: {} }, state_schemas: { note: {} } },
      });
      expect(await call('PATCH', path, { inbox_schemas: { ask: {} } })).toMatchObject(
        refused(409, 'SCHEMA_KEY_EXISTS'),
      );
      expect(await call('PATCH', path, { x: 1 })).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await call('PATCH', path, { inbox_schemas: { x: { if: {} } } })).toMatchObject(
        refused(400, 'INVALID_REQUEST'),
      );
      expect(await call('PATCH', '/v1/entity-types/missing/schemas', { x: 1 })).toMatchObject(
        refused(404, 'NOT_FOUND'),
      );
      expect(await call('PATCH', '/v1/entity-types/principal/schemas', {})).toMatchObject(
        refused(400, 'INVALID_REQUEST'),
      );
      expect(await call('DELETE', '/v1/entity-types/principal')).toMatchObject(refused(400, 'INVALID_REQUEST'));
    });

    describe('behind a serve endpoint', () => {
      let server: Server;
      let url: string;
      let answer: { status: number; body: string };
      beforeAll(async () => {
        server = createServer((request, response) => {
          response.writeHead(request.method === 'PUT' ? answer.status : 405).end(answer.body);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
      });
      afterAll(() => new Promise((resolve) => server.close(resolve)));

      it('are described by it', async () => {
        const name = fresh('served');
        answer = { status: 200, body: JSON.stringify({ name, description: 'from there', inbox_schemas: { a: {} } }) };
        expect(await call('POST', '/v1/entity-types', { name, serve_endpoint: url })).toMatchObject({
          status: 201,
          json: { name, description: 'from there', inbox_schemas: { a: {} }, serve_endpoint: url },
        });
      });

      it('are not registered when it fails, or describes another one', async () => {
        const asked = { name: 'served', serve_endpoint: url };
        answer = { status: 200, body: JSON.stringify({ name: 'another', description: 'd' }) };
        expect(await call('POST', '/v1/entity-types', asked)).toMatchObject(
          refused(400, 'SERVE_ENDPOINT_NAME_MISMATCH'),
        );
        for (answer of [
          { status: 500, body: '{}' },
          { status: 200, body: 'no json' },
          { status: 200, body: '[]' },
        ])
          expect(await call('POST', '/v1/entity-types', asked)).toMatchObject(
            refused(502, 'SERVE_ENDPOINT_UNREACHABLE'),
          );
        expect(await call('POST', '/v1/entity-types', { ...asked, serve_endpoint: 'no url' })).toMatchObject(
          refused(502, 'SERVE_ENDPOINT_UNREACHABLE'),
        );
      });
    });
  });
};
