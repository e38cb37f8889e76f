import type { EntityGrantDto, TypeGrantDto } from '@app/contracts';
import { subjectKind, type EntityGrant, type TypeGrant } from '@app/domain';

const iso = (ms: number): string => new Date(ms).toISOString();

const common = (
  grant: TypeGrant | EntityGrant,
): Pick<
  EntityGrantDto,
  'permission' | 'subject_kind' | 'subject_value' | 'created_by' | 'expires_at' | 'created_at' | 'updated_at'
> => ({
  permission: grant.permission,
  subject_kind: subjectKind(grant.subject),
  subject_value: grant.subject,
  created_by: grant.createdBy,
  ...(grant.expiresAt === undefined ? {} : { expires_at: iso(grant.expiresAt) }),
  created_at: iso(grant.at),
  updated_at: iso(grant.at),
});

export const entityGrantDto = (url: string, grant: EntityGrant): EntityGrantDto => ({
  id: grant.id,
  entity_url: url,
  ...common(grant),
  propagation: grant.descendants === true ? 'descendants' : 'self',
  copy_to_children: grant.copyToChildren === true,
});

export const typeGrantDto = (name: string, grant: TypeGrant): TypeGrantDto => ({
  id: grant.id,
  entity_type: name,
  ...common(grant),
});
