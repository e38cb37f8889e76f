import { isoFromMs } from '../../kernel/iso-time.js';
import { present } from '../../kernel/present.js';
import type { Json, StreamItem } from '../../kernel/stream-item.js';
import type { MessageMode } from '../entity.commands.js';

export interface InboxMessage {
  readonly now: number;
  readonly key: string;
  readonly txid: string;
  readonly from: string;
  readonly fromPrincipal?: string;
  readonly fromAgent?: string;
  readonly payload: Json;
  readonly messageType?: string;
  readonly mode?: MessageMode;
  readonly position?: string;
}

const waits = (mode: MessageMode): boolean => mode === 'queued' || mode === 'paused';

/** Messages that wait are sorted by position: by default the time of sending, with room to move others in between. */
const defaultPosition = (mode: MessageMode, now: number): string | undefined =>
  waits(mode) ? `${String(now).padStart(16, '0')}:a0` : undefined;

/** The public record of a message. One that waits for nobody counts as processed at once. */
export const inboxItem = (message: InboxMessage): StreamItem => {
  const { mode = 'immediate', now, key, txid } = message;
  const timestamp = isoFromMs(now);
  const value: { readonly [field: string]: Json } = {
    from: message.from,
    payload: message.payload,
    timestamp,
    mode,
    status: waits(mode) ? 'pending' : 'processed',
    ...(waits(mode) ? {} : { processed_at: timestamp }),
    ...present({
      from_principal: message.fromPrincipal,
      from_agent: message.fromAgent,
      message_type: message.messageType,
      position: message.position ?? defaultPosition(mode, now),
    }),
  };
  return { type: 'inbox', key, value, headers: { txid, operation: 'insert' } };
};
