import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export const ENTITY_PERMISSION_NAMES = [
  'read',
  'write',
  'delete',
  'signal',
  'fork',
  'schedule',
  'spawn',
  'manage',
] as const;
export const TYPE_PERMISSION_NAMES = ['spawn', 'manage'] as const;
export const SUBJECT_KIND_NAMES = ['principal', 'principal_kind'] as const;
export const PROPAGATIONS = ['self', 'descendants'] as const;

const SUBJECT = {
  subject_kind: { enum: SUBJECT_KIND_NAMES, example: 'principal' },
  subject_value: {
    description: 'URL of a principal, or a kind of principal: user, agent, service, system',
    example: '/principal/user%3Abob',
  },
} as const;
const EXPIRES = { format: 'date-time', description: 'from then on the grant counts for nothing' } as const;
const ID = { type: 'integer', example: 1838080000000123, description: 'unique on its entity or type' } as const;
const CREATED_BY = { description: 'URL of the principal that granted', example: '/principal/user%3Aalice' };

/** To whom, and for how long. */
abstract class SubjectInputDto {
  @ApiProperty(SUBJECT.subject_kind)
  subject_kind!: (typeof SUBJECT_KIND_NAMES)[number];

  @ApiProperty(SUBJECT.subject_value)
  subject_value!: string;

  @ApiPropertyOptional(EXPIRES)
  expires_at?: string;
}

/** Described here, checked by `TYPE_GRANT_SCHEMA`. */
export class TypeGrantInputDto extends SubjectInputDto {
  @ApiProperty({ enum: TYPE_PERMISSION_NAMES, description: '`manage` includes `spawn`' })
  permission!: (typeof TYPE_PERMISSION_NAMES)[number];
}

/** Described here, checked by `ENTITY_GRANT_SCHEMA`. */
export class EntityGrantInputDto extends SubjectInputDto {
  @ApiProperty({ enum: ENTITY_PERMISSION_NAMES, description: '`manage` includes everything else' })
  permission!: (typeof ENTITY_PERMISSION_NAMES)[number];

  @ApiPropertyOptional({ enum: PROPAGATIONS, default: 'self', description: 'whether it reaches all descendants' })
  propagation?: (typeof PROPAGATIONS)[number];

  @ApiPropertyOptional({ default: false, description: 'whether a child is spawned with a copy' })
  copy_to_children?: boolean;
}

/** A grant as it is answered, whatever it is of. */
abstract class GrantDto {
  @ApiProperty(ID)
  id!: number;

  @ApiProperty(SUBJECT.subject_kind)
  subject_kind!: string;

  @ApiProperty(SUBJECT.subject_value)
  subject_value!: string;

  @ApiPropertyOptional(CREATED_BY)
  created_by?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  expires_at?: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class TypeGrantDto extends GrantDto {
  @ApiProperty({ example: 'chat' })
  entity_type!: string;

  @ApiProperty({ enum: TYPE_PERMISSION_NAMES })
  permission!: string;
}

export class TypeGrantsDto {
  @ApiProperty({ type: [TypeGrantDto] })
  grants!: readonly TypeGrantDto[];
}

export class EntityGrantDto extends GrantDto {
  @ApiProperty({ example: '/chat/42' })
  entity_url!: string;

  @ApiProperty({ enum: ENTITY_PERMISSION_NAMES })
  permission!: string;

  @ApiProperty({ enum: PROPAGATIONS })
  propagation!: string;

  @ApiProperty()
  copy_to_children!: boolean;
}

export class EntityGrantsDto {
  @ApiProperty({ type: [EntityGrantDto] })
  grants!: readonly EntityGrantDto[];
}
