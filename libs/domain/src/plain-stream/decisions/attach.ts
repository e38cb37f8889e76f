import type { AttachmentManifest } from '../../attachment/attachment.js';
import { nothing } from '../../kernel/decision.js';
import type { PlainDecided } from '../plain-stream.decision.js';
import type { PlainStream } from '../plain-stream.state.js';

export interface Attach {
  readonly now: number;
  readonly contentType: string;
  /** What the entity is to be told of it. */
  readonly manifest: AttachmentManifest;
}

/** Stores the bytes of an attachment in a stream that is closed with them; nothing when there is one already. */
export const decideAttach = (
  state: PlainStream,
  { now, contentType, manifest }: Attach,
): PlainDecided<'attached' | 'exists'> => {
  if (state.situation !== 'absent') return nothing('exists');
  return {
    units: [
      {
        items: [],
        events: [
          { type: 'created', data: { at: now } },
          { type: 'attached', data: { manifest } },
        ],
        asSent: true,
      },
    ],
    begins: { contentType },
    close: true,
    result: 'attached',
  };
};
