import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { attachmentKey, attachmentPath, DomainError, type EntityAddress, type JsonObject } from '@app/domain';
import { isObject } from '@app/domain/kernel/is-object.js';
import type { Log } from '@app/streams';
import { EntityAccess } from '../../access/entity-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { ManifestQueries } from '../../ports/manifests.js';
import { EVENT_LOG } from '../../ports/tokens.js';

/** What is known of bytes that can be downloaded. The entry may be the agent's, so none of it is certain. */
export interface FoundAttachment {
  /** Canonical path of the stream. */
  readonly path: string;
  readonly mimeType?: string;
  readonly filename?: string;
}

export class FindAttachmentQuery extends Query<FoundAttachment> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly id: string,
  ) {
    super();
  }
}

/** The entry of an attachment as it is now. @throws DomainError NOT_FOUND */
export const attachmentEntry = async (
  manifests: ManifestQueries,
  log: Log,
  { caller: { tenant }, address, id }: Pick<FindAttachmentQuery, 'caller' | 'address' | 'id'>,
): Promise<JsonObject> => {
  const entry = await manifests.entry(tenant, address.url, attachmentKey(id), await log.barrier());
  if (isObject(entry) && entry['kind'] === 'attachment') return entry;
  throw new DomainError('NOT_FOUND', `there is no attachment "${id}"`);
};

@QueryHandler(FindAttachmentQuery)
export class FindAttachmentHandler implements IQueryHandler<FindAttachmentQuery> {
  constructor(
    private readonly access: EntityAccess,
    private readonly manifests: ManifestQueries,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** @throws DomainError NOT_FOUND; ATTACHMENT_CONFLICT for one that is not complete, or whose bytes are elsewhere */
  async execute(query: FindAttachmentQuery): Promise<FoundAttachment> {
    const { caller, address, id } = query;
    await this.access.require(caller, address, 'read');
    const path = attachmentPath(address, id);
    const { status, streamPath, mimeType, filename } = await attachmentEntry(this.manifests, this.log, query);
    if (status !== 'complete') throw new DomainError('ATTACHMENT_CONFLICT', `the attachment "${id}" is not complete`);
    if (streamPath !== `/${path}`)
      throw new DomainError('ATTACHMENT_CONFLICT', `the bytes of the attachment "${id}" are not in its own stream`);
    return {
      path,
      ...(typeof mimeType === 'string' ? { mimeType } : {}),
      ...(typeof filename === 'string' ? { filename } : {}),
    };
  }
}
