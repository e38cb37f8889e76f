import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

const textOf = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

describe('the types of the client', () => {
  it('are those of the OpenAPI document', async () => {
    const document = JSON.parse(await textOf('../../../docs/reference/openapi.json')) as OpenAPI3;
    const types = (await textOf('schema.ts')).replace(/^\/\*.*\*\/\n\n/, '');
    expect(types === astToString(await openapiTS(document, { defaultNonNullable: false }))).toBe(true);
  });
});
