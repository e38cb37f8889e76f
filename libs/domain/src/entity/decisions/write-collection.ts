import { DomainError } from '../../kernel/domain-error.js';
import type { Decided } from '../../kernel/decision.js';
import { isoFromMs } from '../../kernel/iso-time.js';
import type { StreamItem } from '../../kernel/stream-item.js';
import type { WritableCollection } from '../../entity-type/entity-type.document.js';
import type { WriteCollection } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState } from '../entity.state.js';
import { openToWrites } from './gates.js';
import { checkEventValue } from './event-rules.js';

export interface CollectionWritten {
  readonly kind: 'collection-written';
  readonly key: string;
}

const ONLY_INSERT: WritableCollection['operations'] = ['insert'];

const checkOpened = ({ collection, opened, operation }: WriteCollection): WritableCollection => {
  if (opened === undefined)
    throw new DomainError('FORBIDDEN', `the collection "${collection}" is not written to from outside`);
  if (!(opened.operations ?? ONLY_INSERT).includes(operation))
    throw new DomainError('FORBIDDEN', `the collection "${collection}" takes no ${operation} from outside`);
  return opened;
};

const checkRow = ({ operation, key, value }: WriteCollection): void => {
  if (operation !== 'delete' && value === undefined)
    throw new DomainError('INVALID_REQUEST', `an ${operation} needs a value`);
  if (operation !== 'insert' && key === undefined) throw new DomainError('INVALID_REQUEST', `${operation} needs a key`);
};

/** What the type opens, then the status, then the row, then its schema. A deleted row has no value. */
export const decideWriteCollection = (
  state: EntityState,
  command: WriteCollection,
): Decided<EntityEvent, CollectionWritten> => {
  const { now, operation, principal, validate } = command;
  const { type } = checkOpened(command);
  openToWrites(state);
  checkRow(command);
  const value = operation === 'delete' ? undefined : command.value;
  checkEventValue(type, value, validate);
  const key = command.key ?? command.freshKey;
  const headers = { operation, timestamp: isoFromMs(now), principal };
  const item: StreamItem = { type, key, ...(value && { value }), headers };
  return { units: [{ items: [item], events: [] }], result: { kind: 'collection-written', key } };
};
