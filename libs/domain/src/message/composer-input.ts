import { isObject } from '../kernel/is-object.js';
import type { Json, JsonObject } from '../kernel/stream-item.js';
import type { Violation } from '../kernel/validation.js';
import { isCommandName } from './slash-command.js';

/** The built-in message type: what a person typed, with references marked in it. Accepted by every entity. */
export const COMPOSER_INPUT = 'composer_input';

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const integer = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) ? value : undefined;

/** What a node of a known kind needs; other kinds are allowed and need nothing. */
const kindViolations = (node: JsonObject, path: string): Violation[] => {
  const need = (field: string, ok: boolean, message: string): Violation[] =>
    ok ? [] : [{ path: `${path}/${field}`, message }];
  switch (node['kind']) {
    case 'slash_command':
      return need('name', isCommandName(node['name']), 'must be a slash command name');
    case 'file':
      return need('path', text(node['path']) !== '', 'must be a non-empty string');
    case 'symbol':
    case 'branch':
      return need('name', text(node['name']) !== '', 'must be a non-empty string');
    default:
      return [];
  }
};

/** `from`: where the node before ended. Positions count UTF-16 units. */
const placeViolations = (node: JsonObject, path: string, source: string, from: number): Violation[] => {
  const start = integer(node['start']);
  const end = integer(node['end']);
  if (start === undefined) return [{ path: `${path}/start`, message: 'must be integer' }];
  if (end === undefined) return [{ path: `${path}/end`, message: 'must be integer' }];
  if (start < 0) return [{ path: `${path}/start`, message: 'must be >= 0' }];
  if (end < start || end > source.length)
    return [{ path: `${path}/end`, message: 'must be between start and the length of source' }];
  if (start < from) return [{ path: `${path}/start`, message: 'must not be before the end of the previous node' }];
  if (node['raw'] !== source.slice(start, end))
    return [{ path: `${path}/raw`, message: 'must equal source between start and end' }];
  return [];
};

const nodeViolations = (nodes: readonly Json[], source: string): Violation[] => {
  let from = 0;
  return nodes.flatMap((node, index): Violation[] => {
    const path = `/nodes/${String(index)}`;
    if (!isObject(node)) return [{ path, message: 'must be object' }];
    const kind = text(node['kind']) === '' ? [{ path: `${path}/kind`, message: 'must be a non-empty string' }] : [];
    const place = placeViolations(node, path, source, from);
    from = Math.max(from, integer(node['end']) ?? from);
    return [...kind, ...place, ...kindViolations(node, path)];
  });
};

/** Every broken rule of a composer input; none for a valid one. */
export const composerInputViolations = (payload: Json | undefined): readonly Violation[] => {
  if (!isObject(payload)) return [{ path: '/', message: 'must be object' }];
  const { source, nodes } = payload;
  if (typeof source !== 'string') return [{ path: '/source', message: 'must be string' }];
  if (nodes === undefined) return [];
  return Array.isArray(nodes)
    ? nodeViolations(nodes as readonly Json[], source)
    : [{ path: '/nodes', message: 'must be array' }];
};
