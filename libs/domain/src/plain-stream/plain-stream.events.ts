import type { AttachmentManifest } from '../attachment/attachment.js';
import type { StoredEvent } from '../kernel/decision.js';
import type { Expiry, ForkOrigin, Reference } from './plain-stream.state.js';

/**
 * The facts that change a plain stream, stored for ever in the headers of its messages, beside the public content.
 * Stored format: add optional fields or a new type; never rename or repurpose. `at` is milliseconds since 1970.
 */
export type PlainStreamEvent =
  | StoredEvent<'created', { readonly at: number; readonly expiry?: Expiry; readonly fork?: ForkOrigin }>
  /** The stream holds the bytes of an attachment, and this is what its entity has to be told. */
  | StoredEvent<'attached', { readonly manifest: AttachmentManifest }>
  /** Used: the idle time starts afresh. */
  | StoredEvent<'renewed', { readonly at: number }>
  /** A fork needs the content up to its cut. */
  | StoredEvent<'referenced', Reference>
  | StoredEvent<'unreferenced', { readonly id: string }>
  /** A shared state belongs to this entity too, by its URL: who may do something with that may with this. */
  | StoredEvent<'linked', { readonly entity: string; readonly at: number }>
  /** Where there is no stream: the fork that was to come here with this reference never will. */
  | StoredEvent<'fork-given-up', { readonly reference: string }>
  | StoredEvent<'deleted', { readonly at: number; readonly reason: 'asked' | 'expired' | 'last-fork-gone' }>;
