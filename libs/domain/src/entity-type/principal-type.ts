import type { JsonObject } from '../kernel/stream-item.js';
import { PRINCIPAL_TYPE } from '../identity/entity-address.js';
import { PRINCIPAL_KINDS } from '../identity/principal.js';
import type { EntityTypeRegistration } from './entity-type.document.js';

const text: JsonObject = { type: 'string' };

/** The built-in type of the entities that stand for principals; ensured at start-up. */
export const principalType: EntityTypeRegistration = {
  name: PRINCIPAL_TYPE,
  description: 'A user, agent, service or system that acts on entities',
  inbox_schemas: {
    update_identity: { type: 'object', properties: { identity: { type: 'object' } }, required: ['identity'] },
  },
  state_schemas: {
    identity: {
      type: 'object',
      properties: {
        kind: { type: 'string', enum: PRINCIPAL_KINDS },
        ...{ id: text, key: text, url: text, created_at: text, updated_at: text },
        ...{ display_name: text, email: text, avatar_url: text, auth_provider: text, auth_subject: text },
        claims: { type: 'object' },
      },
      required: ['kind', 'id', 'key', 'url', 'updated_at'],
      additionalProperties: false,
    },
  },
};
