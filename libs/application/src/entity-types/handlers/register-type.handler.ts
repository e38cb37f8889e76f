import { setImmediate } from 'node:timers/promises';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { checkStorable, DomainError, MAX_TYPE_BYTES, type AskedTypeGrant, type JsonObject } from '@app/domain';
import type { EntityTypeDocument, EntityTypeRegistration } from '@app/domain/entity-type/entity-type.document.js';
import { TypeAccess, typeGate } from '../../access/type-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { SchemaCompiler, SchemaUnusable } from '../../schemas/schema-compiler.js';
import { ServeEndpoint } from '../serve-endpoint.js';
import { TypeWriter } from '../type-writer.js';

export class RegisterTypeCommand extends Command<EntityTypeDocument> {
  constructor(
    readonly caller: Caller,
    readonly registration: EntityTypeRegistration,
    readonly grants: readonly AskedTypeGrant[] = [],
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
    private readonly access: TypeAccess,
  ) {}

  async execute({ caller, registration: asked, grants }: RegisterTypeCommand): Promise<EntityTypeDocument> {
    const registration = await this.usable(caller, asked).catch((error: unknown) => error as Error);
    // What was registered once under a key is answered even when the endpoint of the type is away by now.
    if (registration instanceof Error && (caller.attempt?.key === undefined || asked.name === undefined))
      throw registration;
    const name = (registration instanceof Error ? asked : registration).name ?? '';
    const result = await this.writer.submit(
      caller,
      name,
      (now, commandId) => {
        if (registration instanceof Error) throw registration;
        return { type: 'RegisterType', now, registration, grants, by: { now, by: caller.principal, commandId } };
      },
      typeGate(caller, 'manage'),
    );
    if (result.kind !== 'stored') throw new Error('a registration stores');
    return result.document;
  }

  private async usable(caller: Caller, asked: EntityTypeRegistration): Promise<EntityTypeRegistration> {
    // Before anybody is asked what the type is; it counts again when it is decided.
    await this.access.requireToRegister(caller, asked.name ?? '');
    const registration = await this.endpoint.discover(asked);
    await checkCompiles(this.schemas, registration);
    return registration;
  }
}

/** Others are served between two schemas when many of them are compiled. */
const TURN_MS = 20;

/** @throws DomainError for a schema Ajv cannot use, which would otherwise fail every message later */
export const checkCompiles = async (
  compiler: SchemaCompiler,
  schemas: Pick<EntityTypeRegistration, 'creation_schema' | 'inbox_schemas' | 'state_schemas'>,
): Promise<void> => {
  const { creation_schema: creation, inbox_schemas: inbox = {}, state_schemas: state = {} } = schemas;
  // Compiling takes time with the size; what is too large to be stored need not be tried.
  checkStorable('the schemas of an entity type', [creation ?? null, inbox, state], MAX_TYPE_BYTES);
  const all: readonly (readonly [string, JsonObject | undefined])[] = [
    ['creation_schema', creation],
    ...Object.entries(inbox),
    ...Object.entries(state),
  ];
  let turn = performance.now();
  for (const [name, schema] of all) {
    if (schema === undefined) continue;
    checkCompile(compiler, name, schema);
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    turn = performance.now();
  }
};

const checkCompile = (compiler: SchemaCompiler, name: string, schema: JsonObject): void => {
  try {
    compiler.check(schema);
  } catch (error) {
    if (!(error instanceof SchemaUnusable)) throw error;
    throw new DomainError('INVALID_REQUEST', `the schema "${name}" cannot be used: ${error.message}`);
  }
};
