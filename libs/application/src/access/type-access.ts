import { Injectable } from '@nestjs/common';
import { allowsType, DomainError, type RegisteredEntityType, type TypePermission } from '@app/domain';
import { Clock } from '@app/platform';
import { askerAt } from './asker.js';
import type { RegisteredType } from '../entity-types/type-fold.js';
import { TypeRegistry } from '../entity-types/type-registry.js';
import type { TypeGate } from '../entity-types/type-writer.js';
import type { Caller } from '../kernel/stamp.js';
import { mayNot } from './may-not.js';

type Granted = Pick<RegisteredEntityType, 'grants' | 'document'>;

export const mayUseType = (principal: string, needed: TypePermission, { grants }: Granted, now: number): boolean =>
  allowsType(askerAt(principal), needed, grants, now);

/** @throws DomainError UNAUTHORIZED */
export const requireType = (principal: string, needed: TypePermission, type: Granted, now: number): void => {
  if (!mayUseType(principal, needed, type, now)) throw mayNot(needed, `the entity type "${type.document.name}"`);
};

/** For a command; whether the type must exist is a matter of its rules. */
export const typeGate =
  ({ principal }: Caller, needed: TypePermission): TypeGate =>
  (state, now) => {
    if (state !== undefined) requireType(principal, needed, state, now);
  };

/** Who may do what with an entity type, as of a barrier taken after the call began. */
@Injectable()
export class TypeAccess {
  constructor(
    private readonly types: TypeRegistry,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, UNAUTHORIZED */
  async require({ tenant, principal }: Caller, name: string, needed: TypePermission): Promise<RegisteredType> {
    const type = await this.types.current(tenant, name);
    if (type === undefined) throw new DomainError('NOT_FOUND', `there is no entity type "${name}"`);
    requireType(principal, needed, type, this.clock.now());
    return type;
  }

  /** Whoever registers a type that is not there may; one that is there must be his to manage. */
  async requireToRegister({ tenant, principal }: Caller, name: string): Promise<void> {
    const type = await this.types.current(tenant, name);
    if (type !== undefined) requireType(principal, 'manage', type, this.clock.now());
  }
}
