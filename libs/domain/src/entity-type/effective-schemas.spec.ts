import { expect, it } from '@jest/globals';
import { effectiveSchemas } from './effective-schemas.js';
import type { EntityTypeDocument, Schemas } from './entity-type.document.js';

const type = (state_schemas: Schemas | null): EntityTypeDocument => ({
  ...{ name: 'chat', description: 'd', creation_schema: null, inbox_schemas: null, revision: 1 },
  ...{ created_at: '', updated_at: '', state_schemas },
});
const a = { type: 'string' };
const b = { type: 'number' };

it.each([
  ['those at spawn and over them those of now', { x: a, y: a }, type({ y: b, z: b }), { x: a, y: b, z: b }],
  ['those at spawn once the type is deleted', { x: a }, undefined, { x: a }],
  ['those at spawn where the type has none now', { x: a }, type(null), { x: a }],
  ['those of now where there were none at spawn', null, type({ x: b }), { x: b }],
  ['none where there never were any', null, type(null), null],
  ['empty where the type declares nothing', {}, undefined, {}],
])('the schemas of an entity are %s', (_name, atSpawn, current, expected) =>
  expect(effectiveSchemas(type(atSpawn), current)).toEqual({ inbox: null, state: expected }),
);
