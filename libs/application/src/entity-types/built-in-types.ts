import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PRINCIPAL_TYPE } from '@app/domain';
import { principalType } from '@app/domain/entity-type/principal-type.js';
import { TENANT } from '../ports/tokens.js';
import { TypeWriter } from './type-writer.js';

/** The types of the server itself are in the registry before the first request is answered. */
@Injectable()
export class BuiltInTypes implements OnApplicationBootstrap {
  constructor(
    private readonly writer: TypeWriter,
    @Inject(TENANT) private readonly tenant: string,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.writer.submit({ tenant: this.tenant }, PRINCIPAL_TYPE, (now) => ({
      type: 'EnsureBuiltInType',
      now,
      registration: principalType,
    }));
  }
}
