import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError, type JsonObject } from '@app/domain';
import type { EntityTypeDocument, EntityTypeRegistration } from '@app/domain/entity-type/entity-type.document.js';
import type { Caller } from '../../kernel/stamp.js';
import { SchemaCompiler, SchemaUnusable } from '../../schemas/schema-compiler.js';
import { ServeEndpoint } from '../serve-endpoint.js';
import { TypeWriter } from '../type-writer.js';

export class RegisterTypeCommand extends Command<EntityTypeDocument> {
  constructor(
    readonly caller: Caller,
    readonly registration: EntityTypeRegistration,
  ) {
    super();
  }
}

/** Registers a type or replaces it, field by field. */
@CommandHandler(RegisterTypeCommand)
export class RegisterTypeHandler implements ICommandHandler<RegisterTypeCommand> {
  constructor(
    private readonly writer: TypeWriter,
    private readonly schemas: SchemaCompiler,
    private readonly endpoint: ServeEndpoint,
  ) {}

  async execute({ caller: { tenant }, registration: asked }: RegisterTypeCommand): Promise<EntityTypeDocument> {
    const registration = await this.endpoint.discover(asked);
    checkCompiles(this.schemas, registration);
    const result = await this.writer.submit(tenant, registration.name ?? '', (now) => ({
      type: 'RegisterType',
      now,
      registration,
    }));
    if (result.kind === 'deleted') throw new Error('a registration cannot delete');
    return result.document;
  }
}

/** @throws DomainError for a schema Ajv cannot use, which would otherwise fail every message later */
export const checkCompiles = (
  compiler: SchemaCompiler,
  schemas: Pick<EntityTypeRegistration, 'creation_schema' | 'inbox_schemas' | 'state_schemas'>,
): void => {
  const all: [string, JsonObject | undefined][] = [
    ['creation_schema', schemas.creation_schema],
    ...Object.entries(schemas.inbox_schemas ?? {}),
    ...Object.entries(schemas.state_schemas ?? {}),
  ];
  for (const [name, schema] of all) {
    if (schema === undefined) continue;
    try {
      compiler.check(schema);
    } catch (error) {
      if (!(error instanceof SchemaUnusable)) throw error;
      throw new DomainError('INVALID_REQUEST', `the schema "${name}" cannot be used: ${error.message}`);
    }
  }
};
