import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../kernel/stream-item.js';
import { slashCommandViolations } from './slash-command.js';

const paths = (...commands: Json[]): string[] => slashCommandViolations(commands).map(({ path }) => path);
const argument = { name: 'maxDepth_2', type: 'number', required: true, description: 'how deep' };

describe('slash commands', () => {
  it('have kebab-case names and typed arguments', () =>
    expect(paths({ name: 'fix-all-2', description: 'd', arguments: [argument] }, { name: 'a' })).toEqual([]));

  it.each(['Fix', 'fix-', '-fix', 'fix--all', '2fix', 'fix_all', '', 7])('are not named %j', (name) =>
    expect(paths({ name })).toEqual(['/slash_commands/0/name']),
  );

  it('and their arguments are named once', () => {
    expect(paths({ name: 'a' }, { name: 'b' }, { name: 'a' })).toEqual(['/slash_commands/2/name']);
    expect(paths({ name: 'a', arguments: [argument, argument] })).toEqual(['/slash_commands/0/arguments/1/name']);
  });

  it.each([
    ['no object', 1, ''],
    ['another name', { ...argument, name: 'Max' }, '/name'],
    ['another type', { ...argument, type: 'object' }, '/type'],
    ['a text for required', { ...argument, required: 'yes' }, '/required'],
    ['a number for a description', { ...argument, description: 1 }, '/description'],
  ])('have no argument with %s', (_name, value, suffix) =>
    expect(paths({ name: 'a', arguments: [value] })).toEqual([`/slash_commands/0/arguments/0${suffix}`]),
  );

  it('never break on any JSON', () => {
    fc.assert(fc.property(fc.array(fc.jsonValue()), (list) => void slashCommandViolations(list as Json[])));
  });
});
