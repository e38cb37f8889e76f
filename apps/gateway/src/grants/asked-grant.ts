import { ApiError, type EntityGrantInputDto, type TypeGrantInputDto } from '@app/contracts';
import { grantSubject, type AskedEntityGrant, type AskedTypeGrant } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { parseTimestamp } from '../http/timestamp.js';

const expiry = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const at = parseTimestamp(text);
  if (at === undefined) throw new ApiError('INVALID_REQUEST', 'expires_at is an RFC 3339 timestamp');
  return at;
};

/** A checked body in the words of the domain. @throws ApiError or DomainError INVALID_REQUEST */
export const askedTypeGrant = ({
  permission,
  subject_kind,
  subject_value,
  expires_at,
}: TypeGrantInputDto): AskedTypeGrant => ({
  permission,
  subject: grantSubject(subject_kind, subject_value),
  ...present({ expiresAt: expiry(expires_at) }),
});

export const askedEntityGrant = ({
  permission,
  subject_kind,
  subject_value,
  expires_at,
  propagation,
  copy_to_children,
}: EntityGrantInputDto): AskedEntityGrant => ({
  permission,
  subject: grantSubject(subject_kind, subject_value),
  ...(propagation === 'descendants' ? { descendants: true as const } : {}),
  ...(copy_to_children === true ? { copyToChildren: true as const } : {}),
  ...present({ expiresAt: expiry(expires_at) }),
});

const ID = /^[1-9]\d{0,15}$/;

/** The id of a grant as it is in a URL. @throws ApiError INVALID_REQUEST */
export const grantId = (segment: string): number => {
  const id = ID.test(segment) ? Number(segment) : NaN;
  if (!Number.isSafeInteger(id)) throw new ApiError('INVALID_REQUEST', 'the id of a grant is a positive integer');
  return id;
};
