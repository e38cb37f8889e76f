import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const SUBJECTS = ['inbox', 'run', 'text', 'tool_call', 'context'] as const;
const ROLES = ['input', 'output'] as const;

/** Fields of a form, described here and read as they arrive. */
export class AttachFileDto {
  @ApiProperty({ type: 'string', format: 'binary' })
  file!: unknown;

  @ApiPropertyOptional({ description: 'not empty, no "/", no "." at its start; made up when absent', example: 'plan' })
  id?: string;

  @ApiPropertyOptional({ description: 'default: that of the part', example: 'application/pdf' })
  mimeType?: string;

  @ApiPropertyOptional({ description: 'default: that of the part', example: 'plan.pdf' })
  filename?: string;

  @ApiPropertyOptional({ enum: ROLES, default: 'input' })
  role?: (typeof ROLES)[number];

  @ApiPropertyOptional({ description: 'JSON of {"type","key"}', example: '{"type":"inbox","key":"msg-1"}' })
  subject?: string;

  @ApiPropertyOptional({ enum: SUBJECTS, description: 'with subjectKey, instead of subject' })
  subjectType?: (typeof SUBJECTS)[number];

  @ApiPropertyOptional({ example: 'msg-1' })
  subjectKey?: string;

  @ApiPropertyOptional({ description: 'a JSON object', example: '{"pages":3}' })
  meta?: string;
}

export class AttachmentSubjectDto {
  @ApiProperty({ enum: SUBJECTS })
  type!: (typeof SUBJECTS)[number];

  @ApiProperty({ example: 'msg-1' })
  key!: string;
}

export class AttachmentDto {
  @ApiProperty({ example: 'attachment:plan' })
  key!: string;

  @ApiProperty({ enum: ['attachment'] })
  kind!: 'attachment';

  @ApiProperty({ example: 'plan' })
  id!: string;

  @ApiProperty({ example: '/chat/42/attachments/plan' })
  streamPath!: string;

  @ApiProperty({ enum: ['complete'] })
  status!: 'complete';

  @ApiProperty({ type: AttachmentSubjectDto })
  subject!: AttachmentSubjectDto;

  @ApiProperty({ enum: ROLES })
  role!: (typeof ROLES)[number];

  @ApiProperty({ example: 'application/pdf' })
  mimeType!: string;

  @ApiPropertyOptional({ example: 'plan.pdf' })
  filename?: string;

  @ApiProperty({ type: 'integer' })
  byteLength!: number;

  @ApiProperty({ description: 'hex' })
  sha256!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ example: '/principal/user%3Aalice' })
  createdBy!: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  meta?: Readonly<Record<string, unknown>>;
}

export class AttachedDto {
  @ApiProperty({ format: 'uuid', description: 'in the headers of the manifest event on the main stream' })
  txid!: string;

  @ApiProperty({ type: AttachmentDto })
  attachment!: AttachmentDto;
}
