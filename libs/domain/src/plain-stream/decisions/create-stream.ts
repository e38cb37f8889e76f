import { nothing } from '../../kernel/decision.js';
import { present } from '../../kernel/present.js';
import type { BodyProblem } from '../../stream/append.js';
import { mediaType } from '../../stream/append.decider.js';
import { conflict, invalid, type PlainDecided, type PlainFacts } from '../plain-stream.decision.js';
import { isExpired, type Expiry, type ForkOrigin, type LiveStream, type PlainStream } from '../plain-stream.state.js';
import { endLife } from './end-life.js';

/** What a creation asks for; the same request again is no conflict. */
export interface StreamConfig {
  /** Absent: that of the source of a fork. */
  readonly contentType?: string;
  readonly expiry?: Expiry;
  readonly closed: boolean;
  /** `offset` absent: the tail of the source. */
  readonly fork?: { readonly source: string; readonly offset?: string; readonly subOffset: number };
}

export interface CreateStream {
  readonly now: number;
  readonly config: StreamConfig;
  /** What was taken from the source of a fork. */
  readonly fork?: {
    readonly origin: ForkOrigin;
    readonly contentType: string;
    readonly expiry?: Expiry;
    /** See Reference. */
    readonly after: number;
  };
  /** An empty array is none: the stream begins empty. */
  readonly bodyProblem?: BodyProblem;
}

export type Created =
  /** `ended`: the origin of an expired life of the path that ended with this. `origin`: of the life that begins. */
  | { readonly kind: 'created'; readonly ended?: ForkOrigin; readonly origin?: ForkOrigin }
  | { readonly kind: 'exists' }
  /** Nothing can be created: forks hold what was here. */
  | { readonly kind: 'held' }
  /** There is something newer than the reference of the fork: it may be given back already, and takes another one. */
  | { readonly kind: 'overtaken' };

const DEFAULT_TYPE = 'application/octet-stream';

const sameExpiry = (a: Expiry | undefined, b: Expiry | undefined): boolean => {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'idle') return b.kind === 'idle' && a.ttl === b.ttl;
  return b.kind === 'instant' && a.text === b.text;
};

const sameFork = (origin: ForkOrigin | undefined, asked: StreamConfig['fork']): boolean => {
  if (origin === undefined || asked === undefined) return origin === asked;
  const { source, offset = origin.offset, subOffset } = asked;
  return source === origin.source && offset === origin.offset && subOffset === origin.subOffset;
};

/** What a fork inherits is not asked for again. */
const isSame = ({ expiry, ties }: LiveStream, facts: PlainFacts, config: StreamConfig): boolean => {
  const { contentType = config.fork ? facts.contentType : DEFAULT_TYPE } = config;
  return (
    mediaType(contentType) === mediaType(facts.contentType) &&
    config.closed === facts.closed &&
    ((config.fork !== undefined && config.expiry === undefined) || sameExpiry(expiry, config.expiry)) &&
    sameFork(ties.fork, config.fork)
  );
};

const create = (
  { now, config, fork, bodyProblem }: CreateStream,
  { seq }: PlainFacts,
  ended?: ForkOrigin,
): PlainDecided<Created> => {
  if (fork !== undefined && seq > fork.after) return nothing({ kind: 'overtaken' });
  if (bodyProblem === 'invalid-json') throw invalid('the body is not valid JSON');
  if (bodyProblem === 'too-deep') throw invalid('the body nests too deep');
  const data = present({ at: now, expiry: config.expiry ?? fork?.expiry, fork: fork?.origin });
  return {
    units: [{ items: [], events: [{ type: 'created', data }], asSent: true }],
    begins: { contentType: config.contentType ?? fork?.contentType ?? DEFAULT_TYPE },
    ...(config.closed ? { close: true } : {}),
    result: { kind: 'created', ...present({ ended, origin: fork?.origin }) },
  };
};

/** Creates a stream where there is none, or none any more. */
export const decideCreate = (state: PlainStream, facts: PlainFacts, command: CreateStream): PlainDecided<Created> => {
  if (state.situation === 'absent') return create(command, facts);
  if (state.situation === 'gone') return nothing({ kind: 'held' });
  if (!isExpired(state, command.now)) {
    if (isSame(state, facts, command.config)) return nothing({ kind: 'exists' });
    throw conflict('the stream exists with another configuration');
  }
  if (state.ties.references.length === 0) return create(command, facts, state.ties.fork);
  return { ...endLife(state, command.now, 'expired'), result: { kind: 'held' } };
};
