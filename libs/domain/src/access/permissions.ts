/** What a grant on an entity may allow; `manage` allows everything. */
export const ENTITY_PERMISSIONS = ['read', 'write', 'delete', 'signal', 'fork', 'schedule', 'spawn', 'manage'] as const;
export type EntityPermission = (typeof ENTITY_PERMISSIONS)[number];

/** What a grant on an entity type may allow. */
export const TYPE_PERMISSIONS = ['spawn', 'manage'] as const;
export type TypePermission = (typeof TYPE_PERMISSIONS)[number];
