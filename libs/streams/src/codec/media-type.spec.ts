import { expect, it } from '@jest/globals';
import { holdsJson } from './media-type.js';

it.each(['application/json', 'Application/JSON; charset=utf-8', ' application/json ;x'])(
  '%s holds JSON items',
  (type) => expect(holdsJson(type)).toBe(true),
);

it.each(['application/json-patch+json', 'application/jsonl', 'text/application/json', ''])('%s holds bytes', (type) =>
  expect(holdsJson(type)).toBe(false),
);
