import { DomainError } from '../../kernel/domain-error.js';
import { nothing, type Decided } from '../../kernel/decision.js';
import { isObject } from '../../kernel/is-object.js';
import { present } from '../../kernel/present.js';
import type { Json } from '../../kernel/stream-item.js';
import type { Validate } from '../../kernel/validation.js';
import { AppendRefused } from '../../stream/append.js';
import { decideAppend } from '../../stream/append.decider.js';
import type { AppendEvents } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState, SpawnedEntity } from '../entity.state.js';
import { checkEventValue } from './event-rules.js';
import { notEnded, spawned } from './gates.js';

export type AppendResult =
  | { readonly kind: 'appended' }
  /** Written before; `seq` is the producer's highest accepted one. */
  | { readonly kind: 'duplicate'; readonly epoch: number; readonly seq: number };

/** The token of the newest claim, until its holder said done. That a lease expired takes nothing from it. */
const mayWrite = ({ claim }: SpawnedEntity, epoch: number): boolean =>
  claim !== undefined && claim.epoch === epoch && claim.state !== 'done';

const checkEvent = (event: Json, validate: Validate): void => {
  const { type, value, headers, old_value: oldValue } = isObject(event) ? event : {};
  const operation = isObject(headers) ? headers['operation'] : undefined;
  checkEventValue(typeof type === 'string' ? type : '', operation === 'delete' ? oldValue : value, validate);
};

/**
 * The agent writes to its own stream: token, status, every event of the body, then the rules of streams. Throws
 * AppendRefused for the last. Only the lifecycle closes the stream of an entity, so a request to close is refused.
 */
export const decideAppendEvents = (state: EntityState, command: AppendEvents): Decided<EntityEvent, AppendResult> => {
  const { facts, request, body, validate } = command;
  const { epoch } = command;
  if (epoch === undefined || !mayWrite(spawned(state), epoch))
    throw new DomainError('UNAUTHORIZED', 'this stream takes writes with the token of its current claim only');
  notEnded(state);
  if (request.close === true)
    throw new DomainError('FORBIDDEN', 'the stream of an entity ends with the entity: send it a signal');
  for (const event of body) checkEvent(event, validate);
  const verdict = decideAppend(facts, request);
  switch (verdict.kind) {
    case 'accept': {
      const { producer, streamSeq } = request;
      return {
        units: [
          {
            items: [],
            events: [{ type: 'posted', data: { epoch } }],
            asSent: true,
            ...present({ producer, streamSeq }),
          },
        ],
        result: { kind: 'appended' },
      };
    }
    case 'duplicate':
      return nothing(verdict);
    case 'already-closed':
      throw new AppendRefused({ reason: 'stream-closed' });
    case 'refuse':
      throw new AppendRefused(verdict.refusal);
  }
};
