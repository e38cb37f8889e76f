import { decideAttach, decideDelete, DomainError, nothing, type AttachmentManifest } from '@app/domain';
import type { Clock } from '@app/platform';
import { compareOffsets, type Log } from '@app/streams';
import { stamp, type Stamp } from '../kernel/stamp.js';
import type { SentItems } from '../kernel/to-decision.js';
import { PlainStreamWriter } from '../plain-streams/plain-stream-writer.js';
import type { Subjects } from '../ports/subjects.js';
import { putManifest } from './put-manifest.js';
import { entityOfAttachment, storedAttachment, type StoredAttachment } from './stored-attachment.js';

/** Whether the entity has an entry for the attachment at this path. */
export type IsListed = (tenant: string, entityUrl: string, key: string) => Promise<boolean>;

/**
 * An attachment is two facts: the bytes in a stream of their own, then the entry in the manifest of the entity, which is
 * what makes it visible. The first one says all that the second one needs. So whoever dies between the two, anybody can
 * finish it, any number of times: `settle`.
 */
export class Attachments {
  private readonly writer: PlainStreamWriter;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly subjects: Subjects,
    private readonly isListed: IsListed,
  ) {
    this.writer = new PlainStreamWriter(log, subjects);
  }

  /** Undefined when there is one at this path already. */
  async store(
    tenant: string,
    taken: Stamp,
    manifest: AttachmentManifest,
    sent: SentItems,
  ): Promise<StoredAttachment | undefined> {
    const attach = { now: taken.now, contentType: streamType(manifest.mimeType), manifest };
    const { seq } = await this.writer.submit(tenant, manifest.streamPath.slice(1), taken, {
      creates: true,
      sent,
      decide: ({ state }) => decideAttach(state, attach),
    });
    return seq === undefined ? undefined : this.stored(seq);
  }

  /** Makes it visible. @throws DomainError when the entity takes it no more: then the bytes are gone again */
  async list(tenant: string, { manifest, txid, seq }: StoredAttachment): Promise<'written' | 'found'> {
    const { now, deadline } = stamp(this.log, this.clock);
    const path = manifest.streamPath.slice(1);
    const subject = this.subjects.stream(tenant, entityOfAttachment(path).mainPath);
    const entry = { now, txid, key: manifest.key, value: manifest };
    try {
      return await putManifest(this.log, { id: txid, since: seq, deadline, subject, entry });
    } catch (error) {
      if (error instanceof DomainError) await this.discard(tenant, path, seq);
      throw error;
    }
  }

  /** Finishes what may have been left half done: an entry that was never written, bytes whose entry is gone. */
  async settle(tenant: string, path: string): Promise<void> {
    const stored = await this.current(tenant, path);
    if (!stored) return;
    try {
      if ((await this.list(tenant, stored)) === 'written') return;
    } catch (error) {
      if (error instanceof DomainError) return;
      throw error;
    }
    const { url } = entityOfAttachment(path);
    if (!(await this.isListed(tenant, url, stored.manifest.key))) await this.discard(tenant, path, stored.seq);
  }

  /** What is at a path now. */
  async current(tenant: string, path: string): Promise<StoredAttachment | undefined> {
    const { state, incarnation } = await this.writer.load(tenant, path);
    return state.situation === 'absent' ? undefined : this.stored(incarnation);
  }

  /** Gives the bytes back, unless something else is at the path by now. `seq`: where they were stored. */
  async discard(tenant: string, path: string, seq: number): Promise<void> {
    const taken = stamp(this.log, this.clock);
    const { tail } = await this.writer.load(tenant, path);
    if ((await this.current(tenant, path))?.seq !== seq) return;
    await this.writer.submit(tenant, path, taken, {
      decide: (view) =>
        view.state.situation !== 'absent' && compareOffsets(view.tail, tail) === 0
          ? decideDelete(view.state, taken.now)
          : nothing({}),
    });
  }

  /** Of many bytes the last piece says what they are. */
  private async stored(seq: number): Promise<StoredAttachment | undefined> {
    const message = await this.log.message(seq);
    const left = message?.piece ? message.piece.total - message.piece.index : 0;
    const last = left > 0 ? await this.log.message(seq + left) : message;
    return last && storedAttachment(last);
  }
}

/** A stream of JSON would hold items, not the bytes that were sent. */
const streamType = (mimeType: string): string =>
  mimeType.split(';')[0]?.trim().toLowerCase() === 'application/json' ? 'application/octet-stream' : mimeType;
