import type { Gift, Schemas, TypeFields } from './state.js';

export type Operation = 'insert' | 'update' | 'delete';
export type Mode = 'immediate' | 'queued' | 'paused' | 'steer';
export const SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGUSR'] as const;
export type Signal = (typeof SIGNALS)[number];

export interface ListFilter {
  readonly type?: string;
  readonly status?: string;
  readonly parent?: string;
  readonly created_by?: string;
}

export interface Producer {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
}

/** What is asked. `url`: of an entity; `name`: of a type. */
export type Ask =
  | { readonly kind: 'register'; readonly fields: TypeFields; readonly grants?: readonly Gift[]; readonly bad?: true }
  | { readonly kind: 'amend'; readonly name: string; readonly inbox?: Schemas; readonly state?: Schemas }
  | { readonly kind: 'delete-type'; readonly name: string }
  | { readonly kind: 'get-type'; readonly name: string }
  | { readonly kind: 'grant-type'; readonly name: string; readonly grant: Gift }
  | { readonly kind: 'revoke-type'; readonly name: string; readonly id: number }
  | { readonly kind: 'type-grants'; readonly name: string }
  | {
      readonly kind: 'spawn';
      readonly url: string;
      readonly args?: Readonly<Record<string, unknown>>;
      readonly tags?: Readonly<Record<string, unknown>>;
      readonly parent?: string;
      readonly grants?: readonly Gift[];
      readonly message?: { readonly payload: unknown; readonly type?: string };
    }
  | { readonly kind: 'get'; readonly url: string }
  | { readonly kind: 'head'; readonly url: string }
  | { readonly kind: 'read'; readonly url: string }
  /** What a list said of one entity: the row, or null. */
  | { readonly kind: 'listed'; readonly url: string; readonly filter: ListFilter }
  /** What the read model has of an entity: the row, or null. */
  | { readonly kind: 'stored'; readonly url: string }
  | {
      readonly kind: 'send';
      readonly url: string;
      readonly payload?: unknown;
      readonly key?: string;
      readonly type?: string;
      readonly mode?: Mode | 'loud';
      readonly position?: string;
      readonly from?: string;
    }
  | { readonly kind: 'signal'; readonly url: string; readonly signal: Signal | 'SIGX'; readonly reason?: string }
  | { readonly kind: 'kill'; readonly url: string }
  | { readonly kind: 'tag'; readonly url: string; readonly key: string; readonly value: unknown }
  | { readonly kind: 'untag'; readonly url: string; readonly key: string }
  | {
      readonly kind: 'edit';
      readonly url: string;
      readonly key: string;
      readonly payload?: unknown;
      readonly position?: string;
      readonly mode?: Mode;
      readonly status?: 'pending' | 'processed' | 'cancelled' | 'done';
    }
  | { readonly kind: 'delete-message'; readonly url: string; readonly key: string }
  | {
      readonly kind: 'write';
      readonly url: string;
      readonly collection: string;
      readonly operation: Operation | 'upsert';
      readonly key?: string;
      readonly value?: unknown;
    }
  | { readonly kind: 'claim'; readonly url: string }
  /** `epoch`: that of the token, 0 for a token that never was one. */
  | { readonly kind: 'release'; readonly url: string; readonly epoch: number; readonly token: string }
  | {
      readonly kind: 'append';
      readonly url: string;
      readonly epoch: number;
      readonly token: string;
      readonly events: readonly { readonly type: string; readonly key: string; readonly value: unknown }[];
      readonly producer?: Producer;
    }
  | { readonly kind: 'grant'; readonly url: string; readonly grant: Gift }
  | { readonly kind: 'revoke'; readonly url: string; readonly id: number }
  | { readonly kind: 'grants'; readonly url: string };

export type Kind = Ask['kind'];
export type AskOf<K extends Kind> = Extract<Ask, { readonly kind: K }>;

export type Command<K extends Kind = Kind> = AskOf<K> & {
  /** Key of a principal, such as `user:alice`. */
  readonly who: string;
  readonly idempotencyKey?: string;
  /** An earlier attempt was not answered: it may have been done. */
  readonly lost?: true;
};

/** What came back, last, when it was sent several times. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}
