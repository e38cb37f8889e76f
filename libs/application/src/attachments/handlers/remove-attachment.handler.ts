import { Inject, Logger } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  attachmentKey,
  attachmentPath,
  checkTakesManifests,
  decideWriteManifest,
  type EntityAddress,
} from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { EntityAccess } from '../../access/entity-access.js';
import { EntityCommands } from '../../entities/entity-commands.js';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { ManifestQueries } from '../../ports/manifests.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { AttachmentService } from '../attachment-service.js';
import { attachmentEntry } from './find-attachment.handler.js';

export class RemoveAttachmentCommand extends StreamCommand<{ readonly txid: string }> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly id: string,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(RemoveAttachmentCommand)
export class RemoveAttachmentHandler implements ICommandHandler<RemoveAttachmentCommand> {
  private readonly logger = new Logger('Attachments');

  constructor(
    private readonly entities: EntityCommands,
    private readonly access: EntityAccess,
    private readonly attachments: AttachmentService,
    private readonly manifests: ManifestQueries,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** First it is no longer visible, then its bytes go: also later, when this process dies in between. */
  async execute(command: RemoveAttachmentCommand): Promise<{ readonly txid: string }> {
    const { caller, address, id } = command;
    const { tenant } = caller;
    const taken = command.stamped(this.log, this.clock);
    await this.access.require(caller, address, 'write');
    const path = attachmentPath(address, id);
    const missing = await attachmentEntry(this.manifests, this.log, command).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    const stored = await this.attachments.current(tenant, path);
    const { now, id: txid } = taken;
    const entry = { type: 'WriteManifest' as const, now, txid, key: attachmentKey(id), value: undefined };
    await this.entities.submit(caller, address, 'write', taken, {
      decide: (state, _view, stored) => {
        // What was removed before stays so.
        if (!stored) checkTakesManifests(state);
        if (!stored && missing) throw missing;
        return decideWriteManifest(state, entry);
      },
    });
    if (stored) await this.discard(tenant, path, stored.seq);
    return { txid };
  }

  private async discard(tenant: string, path: string, seq: number): Promise<void> {
    try {
      await this.attachments.discard(tenant, path, seq);
    } catch (error) {
      this.logger.warn(`the bytes of ${path} are left for the sweep`, { error });
    }
  }
}
