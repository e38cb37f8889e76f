import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { ManifestQueries } from '../ports/manifests.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { Attachments } from './attachments.js';

/** Whether an entity has an entry, as of everything that was acknowledged before. */
export const listedIn =
  (log: Log, manifests: ManifestQueries) =>
  async (tenant: string, entityUrl: string, key: string): Promise<boolean> =>
    (await manifests.entry(tenant, entityUrl, key, await log.barrier())) !== undefined;

/** Attachments, as the handlers of a gateway use them. */
@Injectable()
export class AttachmentService extends Attachments {
  constructor(@Inject(EVENT_LOG) log: Log, clock: Clock, subjects: Subjects, manifests: ManifestQueries) {
    super(log, clock, subjects, listedIn(log, manifests));
  }
}
