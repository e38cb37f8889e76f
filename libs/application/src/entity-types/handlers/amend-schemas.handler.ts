import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EntityTypeDocument, Schemas } from '@app/domain/entity-type/entity-type.document.js';
import { present } from '@app/domain/kernel/present.js';
import { TypeAccess, typeGate } from '../../access/type-access.js';
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
    private readonly access: TypeAccess,
  ) {}

  async execute({ caller, name, schemas }: AmendSchemasCommand): Promise<EntityTypeDocument> {
    const unusable = await this.check(caller, name, schemas).catch((error: unknown) => error as Error);
    // Without a key nobody can have done it before.
    if (unusable && !caller.attempt?.key) throw unusable;
    const { inbox_schemas: inboxSchemas, state_schemas: stateSchemas } = schemas;
    const result = await this.writer.submit(
      caller,
      name,
      (now) => {
        if (unusable) throw unusable;
        return { type: 'AmendSchemas', now, ...present({ inboxSchemas, stateSchemas }) };
      },
      typeGate(caller, 'manage'),
    );
    if (result.kind !== 'stored') throw new Error('an amendment stores');
    return result.document;
  }

  private async check(caller: Caller, name: string, schemas: SchemasToAdd): Promise<undefined> {
    // Before anything is compiled for nothing; it counts again when it is decided.
    await this.access.require(caller, name, 'manage');
    await checkCompiles(this.compiler, schemas);
    return undefined;
  }
}
