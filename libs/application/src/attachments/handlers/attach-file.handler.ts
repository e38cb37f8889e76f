import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  attachmentKey,
  attachmentPath,
  checkAttachment,
  checkTakesManifests,
  DomainError,
  isoFromMs,
  type AttachmentManifest,
  type EntityAddress,
} from '@app/domain';
import { Clock } from '@app/platform';
import { KeyReused, type Log } from '@app/streams';
import { EntityAccess } from '../../access/entity-access.js';
import type { Caller, Stamp } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { AttachmentService } from '../attachment-service.js';
import type { StoredAttachment } from '../stored-attachment.js';

export interface FileToAttach extends Pick<
  AttachmentManifest,
  'subject' | 'role' | 'mimeType' | 'filename' | 'sha256' | 'meta'
> {
  /** Made up when absent. */
  readonly id?: string;
  readonly bytes: Uint8Array;
}

export interface AttachedFile {
  readonly txid: string;
  readonly attachment: AttachmentManifest;
}

export class AttachFileCommand extends StreamCommand<AttachedFile> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    /** Asked for once it is known that the entity takes attachments. */
    readonly receive: () => Promise<FileToAttach>,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(AttachFileCommand)
export class AttachFileHandler implements ICommandHandler<AttachFileCommand> {
  constructor(
    private readonly access: EntityAccess,
    private readonly attachments: AttachmentService,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: AttachFileCommand): Promise<AttachedFile> {
    const { caller, address, receive } = command;
    const { tenant } = caller;
    const { entity } = await this.access.require(caller, address, 'write');
    const taken = command.stamped(this.log, this.clock);
    const { key } = taken.attempt ?? {};
    if (!key) checkTakesManifests(entity);
    const { bytes, ...file } = await receive();
    const manifest = describe(file, bytes.length, address, caller, taken);
    // Under a key it may have been done when the entity still took it: then there is something.
    if (key && !(await this.attachments.current(tenant, manifest.streamPath.slice(1)))) checkTakesManifests(entity);
    const stored = await this.store(tenant, taken, manifest, bytes);
    if (taken.attempt?.replayed && !isSame(stored.manifest, manifest)) throw new KeyReused();
    await this.attachments.list(tenant, stored);
    return { txid: stored.txid, attachment: stored.manifest };
  }

  private async store(
    tenant: string,
    taken: Stamp,
    manifest: AttachmentManifest,
    body: Uint8Array,
  ): Promise<StoredAttachment> {
    const sent = { body, count: body.length, types: [] };
    const stored = await this.attachments.store(tenant, taken, manifest, sent);
    if (stored) return stored;
    // Perhaps somebody died in the middle of adding or removing it.
    await this.attachments.settle(tenant, manifest.streamPath.slice(1));
    const again = await this.attachments.store(tenant, { ...taken, id: `${taken.id}-again` }, manifest, sent);
    if (again) return again;
    throw new DomainError('ATTACHMENT_CONFLICT', `there is an attachment "${manifest.id}" already`);
  }
}

/** Whether the same was asked for; when is another matter. */
const isSame = (a: AttachmentManifest, b: AttachmentManifest): boolean => {
  const asked = ({ createdAt: _, ...rest }: AttachmentManifest): string => JSON.stringify(rest);
  return asked(a) === asked(b);
};

const describe = (
  { id: asked, subject, role, mimeType, filename, sha256, meta }: Omit<FileToAttach, 'bytes'>,
  byteLength: number,
  address: EntityAddress,
  { principal }: Caller,
  { id: made, now }: Stamp,
): AttachmentManifest => {
  const id = asked ?? made;
  const manifest: AttachmentManifest = {
    key: attachmentKey(id),
    kind: 'attachment',
    id,
    streamPath: `/${attachmentPath(address, id)}`,
    status: 'complete',
    subject,
    role,
    mimeType,
    ...(filename === undefined ? {} : { filename }),
    byteLength,
    sha256,
    createdAt: isoFromMs(now),
    createdBy: principal,
    ...(meta === undefined ? {} : { meta }),
  };
  checkAttachment(manifest);
  return manifest;
};
