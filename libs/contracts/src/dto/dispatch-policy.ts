import { hasShape, isAnyOf, isArrayOf, isFilledString, isOneOf } from '../validation/checks.js';
import type { Check } from '../validation/checked.js';

export type DispatchPolicyBody = { readonly targets: readonly [DispatchTargetBody] };

export type DispatchTargetBody =
  | { readonly type: 'webhook'; readonly url: string; readonly subscription_id?: string }
  | { readonly type: 'runner'; readonly runnerId: string; readonly subscription_id?: string };

const target = isAnyOf(
  hasShape({
    required: { type: isOneOf('webhook'), url: isFilledString },
    optional: { subscription_id: isFilledString },
    strict: true,
  }),
  hasShape({
    required: { type: isOneOf('runner'), runnerId: isFilledString },
    optional: { subscription_id: isFilledString },
    strict: true,
  }),
);

export const isDispatchPolicy: Check = hasShape({
  required: { targets: isArrayOf(target, { min: 1, max: 1 }) },
  strict: true,
});

const targetSchema = (type: string, destination: string) => ({
  type: 'object',
  required: ['type', destination],
  additionalProperties: false,
  properties: {
    type: { type: 'string', enum: [type] },
    [destination]: { type: 'string', minLength: 1 },
    subscription_id: { type: 'string', minLength: 1 },
  },
});

/** The same as JSON Schema. */
export const DISPATCH_POLICY_SCHEMA = {
  type: 'object',
  required: ['targets'],
  additionalProperties: false,
  properties: {
    targets: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: { anyOf: [targetSchema('webhook', 'url'), targetSchema('runner', 'runnerId')] },
    },
  },
};

/** The same for the API description. */
export const DISPATCH_POLICY = {
  type: 'object',
  additionalProperties: true,
  description:
    'exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id?',
} as const;
