import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EntityTypeDocument, Schemas } from '@app/domain/entity-type/entity-type.document.js';
import { present } from '@app/domain/kernel/present.js';
import type { Caller } from '../../kernel/stamp.js';
import { SchemaCompiler } from '../../schemas/schema-compiler.js';
import { TypeWriter } from '../type-writer.js';
import { checkCompiles } from './register-type.handler.js';

export interface SchemasToAdd {
  readonly inbox_schemas?: Schemas;
  readonly state_schemas?: Schemas;
}

export class AmendSchemasCommand extends Command<EntityTypeDocument> {
  constructor(
    readonly caller: Caller,
    readonly name: string,
    readonly schemas: SchemasToAdd,
  ) {
    super();
  }
}

@CommandHandler(AmendSchemasCommand)
export class AmendSchemasHandler implements ICommandHandler<AmendSchemasCommand> {
  constructor(
    private readonly writer: TypeWriter,
    private readonly compiler: SchemaCompiler,
  ) {}

  async execute({ caller: { tenant }, name, schemas }: AmendSchemasCommand): Promise<EntityTypeDocument> {
    await checkCompiles(this.compiler, schemas);
    const { inbox_schemas: inboxSchemas, state_schemas: stateSchemas } = schemas;
    const result = await this.writer.submit(tenant, name, (now) => ({
      type: 'AmendSchemas',
      now,
      ...present({ inboxSchemas, stateSchemas }),
    }));
    if (result.kind === 'deleted') throw new Error('an amendment cannot delete');
    return result.document;
  }
}
