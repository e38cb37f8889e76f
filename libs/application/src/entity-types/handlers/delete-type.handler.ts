import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { typeGate } from '../../access/type-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { TypeWriter } from '../type-writer.js';

export class DeleteTypeCommand extends Command<void> {
  constructor(
    readonly caller: Caller,
    readonly name: string,
  ) {
    super();
  }
}

/** Its entities live on, with the schemas they were spawned with. */
@CommandHandler(DeleteTypeCommand)
export class DeleteTypeHandler implements ICommandHandler<DeleteTypeCommand> {
  constructor(private readonly writer: TypeWriter) {}

  async execute({ caller, name }: DeleteTypeCommand): Promise<void> {
    await this.writer.submit(caller, name, () => ({ type: 'DeleteType' }), typeGate(caller, 'manage'));
  }
}
