import { describe, expect, it } from '@jest/globals';
import { resolveDispatchPolicy, type DispatchPolicy } from './dispatch-policy.js';

const webhook = (url: string, subscription_id?: string): DispatchPolicy => ({
  targets: [{ type: 'webhook', url, ...(subscription_id && { subscription_id }) }],
});
const runner = (runnerId: string): DispatchPolicy => ({ targets: [{ type: 'runner', runnerId }] });
const typeDefault = webhook('http://a', 's');

describe('the dispatch policy of a new entity', () => {
  it('is its own before its parent’s before its type’s', () => {
    const requested = webhook('http://b');
    expect(resolveDispatchPolicy({ requested, parent: runner('r'), typeDefault })).toBe(requested);
    expect(resolveDispatchPolicy({ parent: runner('r'), typeDefault })).toEqual(runner('r'));
    expect(resolveDispatchPolicy({ typeDefault })).toBe(typeDefault);
    expect(resolveDispatchPolicy({})).toBeUndefined();
  });

  it('inherited to the same place takes the subscription of the type, unless it names one', () => {
    expect(resolveDispatchPolicy({ parent: webhook('http://a'), typeDefault })).toEqual(typeDefault);
    expect(resolveDispatchPolicy({ parent: webhook('http://a', 'x'), typeDefault })).toEqual(webhook('http://a', 'x'));
    expect(resolveDispatchPolicy({ parent: webhook('http://c'), typeDefault })).toEqual(webhook('http://c'));
  });
});
