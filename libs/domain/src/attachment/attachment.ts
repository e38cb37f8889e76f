import { DomainError } from '../kernel/domain-error.js';
import { checkStorable } from '../kernel/storable.js';
import type { JsonObject } from '../kernel/stream-item.js';
import type { EntityAddress } from '../identity/entity-address.js';
import { streamPath } from '../plain-stream/stream-path.js';

export const ATTACHMENT_ROLES = ['input', 'output'] as const;
export type AttachmentRole = (typeof ATTACHMENT_ROLES)[number];

/** What an attachment may be about: an event of one of these types. */
export const ATTACHMENT_SUBJECTS = ['inbox', 'run', 'text', 'tool_call', 'context'] as const;
export type AttachmentSubject = {
  readonly type: (typeof ATTACHMENT_SUBJECTS)[number];
  readonly key: string;
};

/** The value of the manifest entry of an attachment; wire names. It is written once, when the bytes are stored. */
export type AttachmentManifest = {
  readonly key: string;
  readonly kind: 'attachment';
  readonly id: string;
  readonly streamPath: string;
  readonly status: 'complete';
  readonly subject: AttachmentSubject;
  readonly role: AttachmentRole;
  readonly mimeType: string;
  readonly filename?: string;
  readonly byteLength: number;
  /** Hex. */
  readonly sha256: string;
  /** ISO. */
  readonly createdAt: string;
  /** Principal URL. */
  readonly createdBy: string;
  readonly meta?: JsonObject;
};

// It rides in the headers of the message that stores the bytes.
const MAX_MANIFEST_BYTES = 16 * 1024;

const ILL_FORMED = /[\0\p{Surrogate}]/u;

const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);

/** Key of the manifest entry. */
export const attachmentKey = (id: string): string => `attachment:${id}`;

/** The path of the stream that holds the bytes. @throws DomainError for what is no id */
export const attachmentPath = ({ path }: Pick<EntityAddress, 'path'>, id: string): string => {
  if (id === '' || id.startsWith('.') || id.includes('/'))
    throw invalid('the id of an attachment is not empty, does not start with "." and has no "/"');
  if (ILL_FORMED.test(id)) throw invalid('the id of an attachment must not contain NUL characters or lone surrogates');
  return streamPath(`${path}/attachments/${encodeURIComponent(id)}`);
};

/** @throws DomainError for a description that is too large, or cannot be stored */
export const checkAttachment = (manifest: AttachmentManifest): void => {
  const { key } = manifest.subject;
  if (key === '') throw invalid('the subject of an attachment has a key');
  checkStorable('the description of an attachment', manifest, MAX_MANIFEST_BYTES);
};
