/** One of those who send the same requests in turns. */
export interface Asker {
  readonly name: string;
  /** Key of the principal; undefined: no header says it, so it is the developer, who passes every check. */
  readonly principal: string | undefined;
}

export const BYPASS: Asker = { name: 'bypass', principal: undefined };

/** Has a grant on each entity, among those of others. */
export const GRANTED: Asker = { name: 'granted', principal: 'user:granted' };

/** Has a grant on an ancestor, two levels up, which reaches its descendants. */
export const HEIR: Asker = { name: 'inherited', principal: 'user:heir' };

/** One of a kind of principals to whom each entity is granted. */
export const OF_A_KIND: Asker = { name: 'by kind', principal: 'service:any' };

/** May read one of a thousand. */
export const FEW: Asker = { name: 'few', principal: 'user:few' };

/** Grants of an entity as they are sent. */
type Grants = readonly object[];

const grantTo = ({ principal = '' }: Pick<Asker, 'principal'>, permission: string): object => ({
  subject_kind: 'principal',
  subject_value: `/principal/${encodeURIComponent(principal)}`,
  permission,
});

const strangers = ['user:one', 'user:two', 'agent:three'].map((principal) => grantTo({ principal }, 'read'));

const ofKind = (permission: string): object => ({
  subject_kind: 'principal_kind',
  subject_value: 'service',
  permission,
});

/** Of every entity that is asked for. */
export const ENTITY_GRANTS: Grants = [
  ...strangers,
  ...['read', 'write'].flatMap((permission) => [grantTo(GRANTED, permission), ofKind(permission)]),
];

export const READ_BY_FEW: Grants = [grantTo(FEW, 'read')];

/** Of the ancestor of all of them. */
export const ROOT_GRANTS: Grants = ['read', 'write'].map((permission) => ({
  ...grantTo(HEIR, permission),
  propagation: 'descendants',
}));

export const TYPE_GRANTS: Grants = [grantTo(GRANTED, 'spawn'), ofKind('spawn')];
