import { createHash } from 'node:crypto';
import { entityAddress, type AttachmentManifest, type EntityAddress } from '@app/domain';
import type { LogMessage } from '@app/streams';

/** An attachment as its own stream has it: whatever else happens, this says what its entity has to be told. */
export interface StoredAttachment {
  readonly manifest: AttachmentManifest;
  /** Of the entry in the manifest: derived, so that whoever writes it writes it once. */
  readonly txid: string;
  /** Sequence of the message that holds the bytes. */
  readonly seq: number;
}

/** A UUID that follows from the id of the unit. */
const txidOf = (unitId: string): string => {
  const hex = createHash('sha256').update(`manifest of ${unitId}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
};

/** Undefined for a message that stores no attachment. */
export const storedAttachment = ({ events, units, seq }: LogMessage): StoredAttachment | undefined => {
  const attached = events.find(({ type }) => type === 'attached');
  const unit = attached && units[attached.unit];
  if (!unit) return undefined;
  const { manifest } = attached.data as { readonly manifest: AttachmentManifest };
  return { manifest, txid: txidOf(unit.id), seq };
};

/** The entity that the stream of an attachment belongs to. */
export const entityOfAttachment = (path: string): EntityAddress => {
  const [type = '', id = ''] = path.split('/');
  return entityAddress(type, id);
};
