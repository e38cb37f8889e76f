import { DomainError } from '../kernel/domain-error.js';
import { entityAddress } from '../identity/entity-address.js';
import { parsePrincipal, PRINCIPAL_KINDS } from '../identity/principal.js';

export const SUBJECT_KINDS = ['principal', 'principal_kind'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

const PRINCIPAL = '/principal/';

const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);

/** A subject as grants hold it: the canonical URL of a principal, or a kind. @throws DomainError */
export const grantSubject = (kind: SubjectKind, value: string): string => {
  if (kind === 'principal_kind') {
    if (!(PRINCIPAL_KINDS as readonly string[]).includes(value))
      throw invalid(`subject_value of a principal_kind is one of ${PRINCIPAL_KINDS.join(', ')}`);
    return value;
  }
  const principal = parsePrincipal(value);
  if (principal === undefined || /\p{Cc}/u.test(principal.key))
    throw invalid('subject_value of a principal is its URL, /principal/{kind}%3A{id}');
  return entityAddress('principal', principal.url.slice(PRINCIPAL.length)).url;
};

export const subjectKind = (subject: string): SubjectKind =>
  subject.startsWith(PRINCIPAL) ? 'principal' : 'principal_kind';
