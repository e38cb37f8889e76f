import type { AskedEntityGrant, EntityGrant } from '../access/grant.js';
import type { Json, JsonObject, StreamItem } from '../kernel/stream-item.js';
import type { Validate } from '../kernel/validation.js';
import type { WritableCollection } from '../entity-type/entity-type.document.js';
import type { SlashCommand } from '../message/slash-command.js';
import type { AppendRequest, StreamFacts } from '../stream/append.js';
import type { WakeRegistered } from '../wake/registration.js';
import type { DispatchPolicy, SandboxSelection } from './dispatch-policy.js';
import type { Tags } from './entity.events.js';
import type { SignalName } from './lifecycle.js';

/** Everything a command needs from the world is in it: `now` (milliseconds since 1970), keys, txids, who asks. */
export type EntityCommand =
  | Spawn
  | SendMessage
  | EditMessage
  | DeleteMessage
  | WriteCollection
  | WriteManifest
  | Signal
  | SetTag
  | DeleteTag
  | BeginWork
  | EndWork
  | Claim
  | ReleaseClaim
  | ExpireClaim
  | AppendEvents
  | DeliverWake
  | GiveGrant
  | RevokeGrant;

export interface Spawn {
  readonly type: 'Spawn';
  readonly now: number;
  readonly entityType: string;
  readonly revision: number;
  /** Sequence of the type's document in the registry. */
  readonly typeSeq: number;
  readonly args?: JsonObject;
  readonly tags?: Tags;
  /** Looked up before; its own ancestors, nearest first. */
  readonly parent?: {
    readonly url: string;
    readonly ancestors: readonly string[];
    readonly grants?: readonly EntityGrant[];
  };
  /** Asked for; what is copied from the parent comes beside it. */
  readonly grants?: readonly AskedEntityGrant[];
  /** See `granted`; needed where there are grants. */
  readonly commandId?: string;
  /** Principal URL. */
  readonly createdBy: string;
  /** Already resolved, see `resolveDispatchPolicy`. */
  readonly dispatchPolicy?: DispatchPolicy;
  readonly sandbox?: SandboxSelection;
  /** The static slash commands of the type. */
  readonly slashCommands?: readonly SlashCommand[];
  readonly wake?: WakeRegistered;
  readonly initialMessage?: InitialMessage;
  /** For the entity of a principal: the value of its `identity` event. */
  readonly identity?: JsonObject;
  readonly validate: Validate;
}

/** `from`: principal URL, the only sender field of an initial message. */
export interface InitialMessage {
  readonly key: string;
  readonly txid: string;
  readonly from: string;
  readonly payload: Json;
  readonly messageType?: string;
}

export type MessageMode = 'immediate' | 'queued' | 'paused' | 'steer';

export interface SendMessage {
  readonly type: 'SendMessage';
  readonly now: number;
  /** The client's key, or one the caller made up. Not an idempotency key. */
  readonly key: string;
  readonly txid: string;
  /** Principal URL, or the URL of the entity that sends. Empty is refused. */
  readonly from: string;
  readonly fromPrincipal?: string;
  readonly fromAgent?: string;
  readonly payload: Json | undefined;
  readonly messageType?: string;
  readonly mode?: MessageMode;
  readonly position?: string;
  /** The default of the type as it is now, for an entity that has no policy of its own. */
  readonly typeDefault?: DispatchPolicy;
  /** The sender is one of the built-in principals that may change identities. */
  readonly mayUpdateIdentity?: boolean;
  readonly validate: Validate;
}

export type MessageStatus = 'pending' | 'processed' | 'cancelled';

/** Only what is given changes. Whether there is such a message is not looked at. */
export interface EditMessage {
  readonly type: 'EditMessage';
  readonly now: number;
  readonly key: string;
  readonly txid: string;
  readonly payload?: Json;
  readonly position?: string;
  readonly mode?: MessageMode;
  readonly status?: MessageStatus;
}

export interface DeleteMessage {
  readonly type: 'DeleteMessage';
  readonly key: string;
  readonly txid: string;
}

export type CollectionOperation = 'insert' | 'update' | 'delete';

/** A client writes a row of a collection that the type opens to the outside. */
export interface WriteCollection {
  readonly type: 'WriteCollection';
  readonly now: number;
  /** Name of the collection; `opened` is what its type says about it, undefined when it says nothing. */
  readonly collection: string;
  readonly opened: WritableCollection | undefined;
  readonly operation: CollectionOperation;
  readonly key?: string;
  /** Of a row whose client named none. */
  readonly freshKey: string;
  readonly value?: JsonObject;
  readonly principal: { readonly url: string; readonly kind: string; readonly id: string };
  readonly validate: Validate;
}

/** An entry of the server's own, such as an attachment. Its schema is not the type's business. */
export interface WriteManifest {
  readonly type: 'WriteManifest';
  readonly now: number;
  readonly txid: string;
  readonly key: string;
  /** Undefined: the entry is removed. */
  readonly value: JsonObject | undefined;
}

export interface Signal {
  readonly type: 'Signal';
  readonly now: number;
  /** `sig-{ms}-{8 hex}` */
  readonly key: string;
  readonly txid: string;
  readonly signal: SignalName;
  readonly reason?: string;
  readonly payload?: Json;
}

export interface SetTag {
  readonly type: 'SetTag';
  readonly now: number;
  readonly key: string;
  readonly value: string;
}

export interface DeleteTag {
  readonly type: 'DeleteTag';
  readonly now: number;
  readonly key: string;
}

/** The work is about to be handed to a webhook. */
export interface BeginWork {
  readonly type: 'BeginWork';
  readonly now: number;
}

/** The receiver of a webhook said done at once, or could not be reached. Says nothing about a claim in force. */
export interface EndWork {
  readonly type: 'EndWork';
  readonly now: number;
  readonly reason: 'done' | 'unreachable';
}

/** `epoch`: log sequence of the dispatch grant. */
export interface Claim {
  readonly type: 'Claim';
  readonly now: number;
  readonly epoch: number;
  readonly runner: string;
  readonly leaseMs: number;
}

export interface ReleaseClaim {
  readonly type: 'ReleaseClaim';
  readonly now: number;
  readonly epoch: number;
}

export interface ExpireClaim {
  readonly type: 'ExpireClaim';
  readonly now: number;
  readonly epoch: number;
}

/** The agent's own write to its main stream. */
export interface AppendEvents {
  readonly type: 'AppendEvents';
  readonly now: number;
  /** From the verified write token; undefined without one. */
  readonly epoch: number | undefined;
  readonly facts: StreamFacts;
  readonly request: AppendRequest;
  /** The parsed body, one level flattened, for validation only: stored is what was sent. */
  readonly body: readonly Json[];
  readonly validate: Validate;
}

/** The item is frozen by whoever found that the wake is owed, see `wakeItem`. */
export interface DeliverWake {
  readonly type: 'DeliverWake';
  readonly now: number;
  readonly item: StreamItem;
}

/** Whoever commands it may. */
export interface GiveGrant {
  readonly type: 'GiveGrant';
  readonly now: number;
  /** See `granted`. */
  readonly commandId: string;
  /** Principal URL. */
  readonly by: string;
  readonly grant: AskedEntityGrant;
}

export interface RevokeGrant {
  readonly type: 'RevokeGrant';
  readonly now: number;
  readonly id: number;
}
