import { DomainError } from '@app/domain';

export const mayNot = (permission: string, what: string): DomainError =>
  new DomainError('UNAUTHORIZED', `the principal has no permission "${permission}" on ${what}`);
