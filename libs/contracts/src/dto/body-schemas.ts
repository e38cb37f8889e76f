import { DISPATCH_POLICY_SCHEMA } from './dispatch-policy.js';
import { ENTITY_PERMISSION_NAMES, PROPAGATIONS, SUBJECT_KIND_NAMES, TYPE_PERMISSION_NAMES } from './grants.dto.js';
import { COLLECTION_OPERATIONS, MESSAGE_MODES, MESSAGE_STATUSES } from './entities.dto.js';

/**
 * Bodies of the busy routes as JSON Schema, compiled once: a class-validator pass costs more than the rest of a request.
 */
const STRING = { type: 'string' } as const;

const WAKE_CONDITION_SCHEMA = {
  anyOf: [
    { type: 'string', enum: ['runFinished'] },
    {
      type: 'object',
      required: ['on'],
      properties: {
        on: { type: 'string', enum: ['change'] },
        collections: { type: 'array', items: STRING },
        ops: { type: 'array', items: { type: 'string', enum: ['insert', 'update', 'delete'] } },
      },
    },
  ],
};

const SUBJECT = { subject_kind: { type: 'string', enum: SUBJECT_KIND_NAMES }, subject_value: STRING } as const;

const GRANT_FIELDS = ['subject_kind', 'subject_value', 'permission'] as const;

export const TYPE_GRANT_SCHEMA = {
  type: 'object',
  required: GRANT_FIELDS,
  additionalProperties: false,
  properties: { ...SUBJECT, permission: { type: 'string', enum: TYPE_PERMISSION_NAMES }, expires_at: STRING },
} as const;

export const ENTITY_GRANT_SCHEMA = {
  type: 'object',
  required: GRANT_FIELDS,
  additionalProperties: false,
  properties: {
    ...SUBJECT,
    permission: { type: 'string', enum: ENTITY_PERMISSION_NAMES },
    propagation: { type: 'string', enum: PROPAGATIONS },
    copy_to_children: { type: 'boolean' },
    expires_at: STRING,
  },
} as const;

export const SPAWN_SCHEMA = {
  type: 'object',
  properties: {
    args: { type: 'object' },
    tags: { type: 'object', additionalProperties: STRING },
    parent: STRING,
    dispatch_policy: DISPATCH_POLICY_SCHEMA,
    sandbox: {
      type: 'object',
      properties: {
        profile: STRING,
        key: STRING,
        scope: { type: 'string', enum: ['entity', 'wake'] },
        persistent: { type: 'boolean' },
        owner: { type: 'boolean' },
        inherit: { type: 'boolean' },
      },
    },
    initialMessage: {},
    initialMessageType: STRING,
    grants: { type: 'array', items: ENTITY_GRANT_SCHEMA },
    wake: {
      type: 'object',
      required: ['subscriberUrl', 'condition'],
      properties: {
        subscriberUrl: STRING,
        condition: WAKE_CONDITION_SCHEMA,
        debounceMs: { type: 'number' },
        timeoutMs: { type: 'number' },
        includeResponse: { type: 'boolean' },
        manifestKey: STRING,
      },
    },
  },
} as const;

export const EDIT_MESSAGE_SCHEMA = {
  type: 'object',
  properties: {
    payload: {},
    position: STRING,
    mode: { type: 'string', enum: MESSAGE_MODES },
    status: { type: 'string', enum: MESSAGE_STATUSES },
  },
} as const;

export const COLLECTION_ROW_SCHEMA = {
  type: 'object',
  required: ['operation'],
  additionalProperties: false,
  properties: {
    operation: { type: 'string', enum: COLLECTION_OPERATIONS },
    key: STRING,
    value: { type: 'object' },
  },
} as const;

export const SEND_SCHEMA = {
  type: 'object',
  properties: {
    payload: {},
    key: STRING,
    type: STRING,
    mode: { type: 'string', enum: MESSAGE_MODES },
    position: STRING,
    afterMs: { type: 'number' },
    from: STRING,
    from_principal: STRING,
    from_agent: STRING,
  },
} as const;
