import { RegisterEntityTypeDto, type ExternalCollectionBody } from '@app/contracts';
import type {
  EntityTypeRegistration,
  Schemas,
  WritableCollection,
} from '@app/domain/entity-type/entity-type.document.js';
import type { JsonObject } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { TypeDescriptions } from '@app/application';
import { toDto } from '../validation/read-dto.js';

/** Without `principalColumn`, which older clients send and nothing reads. */
const collection = ({ type, contract, operations }: ExternalCollectionBody): WritableCollection => ({
  type,
  ...present({ contract, operations }),
});

const collections = (
  map: RegisterEntityTypeDto['externally_writable_collections'],
): { readonly [name: string]: WritableCollection } | undefined =>
  map && Object.fromEntries(Object.entries(map).map(([name, each]) => [name, collection(each)]));

/** A checked body in the words of the domain. */
export const registrationOf = (dto: RegisterEntityTypeDto): EntityTypeRegistration => {
  const { externally_writable_collections: map } = dto;
  return present({
    name: dto.name,
    description: dto.description,
    creation_schema: dto.creation_schema as JsonObject | undefined,
    inbox_schemas: dto.inbox_schemas as Schemas | undefined,
    state_schemas: dto.state_schemas as Schemas | undefined,
    slash_commands: dto.slash_commands,
    serve_endpoint: dto.serve_endpoint,
    default_dispatch_policy: dto.default_dispatch_policy,
    externally_writable_collections: collections(map),
  });
};

/** What a serve endpoint answers is held to the rules of a body that was posted. */
export class DtoTypeDescriptions extends TypeDescriptions {
  read(value: unknown): EntityTypeRegistration {
    return registrationOf(toDto(RegisterEntityTypeDto, value));
  }
}
