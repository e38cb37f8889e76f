/* Writes the types of libs/client from docs/reference/openapi.json. */
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const NOTE = '/* Generated from docs/reference/openapi.json by `npm run docs`. */\n\n';

const document = JSON.parse(await readFile(new URL('../docs/reference/openapi.json', import.meta.url), 'utf8'));
// What the server fills in need not be sent.
const types = astToString(await openapiTS(document, { defaultNonNullable: false }));
await writeFile(new URL('../libs/client/src/schema.ts', import.meta.url), NOTE + types);
