/** Where the work of an entity is sent. Exactly one target; wire names, since it is stored and read back as sent. */
export type DispatchPolicy = { readonly targets: readonly [DispatchTarget] };

export type DispatchTarget =
  | { readonly type: 'webhook'; readonly url: string; readonly subscription_id?: string }
  | { readonly type: 'runner'; readonly runnerId: string; readonly subscription_id?: string };

/** Stored selection of a sandbox; a `key` wins over `scope`, `owner` is stored only when false. */
export type SandboxSelection = {
  readonly profile: string;
  readonly key?: string;
  readonly scope?: 'entity' | 'wake';
  readonly persistent?: boolean;
  readonly owner?: false;
};

const sameDestination = (a: DispatchTarget, b: DispatchTarget): boolean =>
  a.type === 'webhook' ? b.type === 'webhook' && a.url === b.url : b.type === 'runner' && a.runnerId === b.runnerId;

/** The parent's policy; where it goes the way of the type's default without naming a subscription, it takes that one's. */
const inherited = (parent: DispatchPolicy, typeDefault: DispatchPolicy | undefined): DispatchPolicy => {
  const [target] = parent.targets;
  const subscription = typeDefault?.targets[0].subscription_id;
  if (typeDefault === undefined || subscription === undefined || target.subscription_id !== undefined) return parent;
  if (!sameDestination(target, typeDefault.targets[0])) return parent;
  return { targets: [{ ...target, subscription_id: subscription }] };
};

/** The policy of a new entity: its own, else its parent's, else the default of its type, else none. */
export const resolveDispatchPolicy = (from: {
  readonly requested?: DispatchPolicy;
  readonly parent?: DispatchPolicy;
  readonly typeDefault?: DispatchPolicy;
}): DispatchPolicy | undefined => {
  if (from.requested !== undefined) return from.requested;
  if (from.parent !== undefined) return inherited(from.parent, from.typeDefault);
  return from.typeDefault;
};
