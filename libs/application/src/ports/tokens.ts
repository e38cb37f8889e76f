/** Injection tokens. There are two logs in one process, so the class itself cannot be the token. */

/** `Log` that holds every durable stream of its tenants. */
export const EVENT_LOG = Symbol('EVENT_LOG');

/** `Log` that holds what is small, shared and rarely written: entity types. */
export const REGISTRY_LOG = Symbol('REGISTRY_LOG');

/** `SigningKeys` of this installation. */
export const SIGNING_KEYS = Symbol('SIGNING_KEYS');

/** The tenant this process serves. */
export const TENANT = Symbol('TENANT');

/** Whether the server may fetch what a serve endpoint says of its type. */
export const ALLOW_DISCOVERY = Symbol('ALLOW_DISCOVERY');
