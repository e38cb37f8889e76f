import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { encodeExtended } from 'content-disposition';
import { EVENT_LOG, Subjects, type FoundAttachment } from '@app/application';
import { ApiError, type AnswerHeaders } from '@app/contracts';
import { START, StreamAbsent, type Log, type StreamSlice } from '@app/streams';
import { isMediaType } from '../http/media-type.js';
import type { GatewayReply } from '../http/request.js';
import { giveUpIfStalled } from '../http/stalled.js';
import { bodyOf, largeBodyOf } from '../streams/content.js';

const DEFAULT_TYPE = 'application/octet-stream';

// An attachment is one entry of a stream that is closed: more than its bytes never comes.
const ONE_ENTRY = { messages: 2, bytes: 64 * 1024 * 1024 };

const ILL_FORMED = /[\p{Cc}\p{Surrogate}]/gu;

/** In both forms, so that clients of any age find one they read; always quoted, since some look for the quotes. */
const disposition = (filename: string): string => {
  const name = filename.replace(ILL_FORMED, '_');
  const fallback = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '\\$&');
  return `attachment; filename="${fallback}"; filename*=${encodeExtended(name)}`;
};

/** Bytes that a stranger chose, under a type that a stranger chose: a browser that shows them runs nothing in them. */
const headersOf = ({ mimeType, filename }: FoundAttachment, length: number): AnswerHeaders => ({
  'content-type': mimeType !== undefined && isMediaType(mimeType) ? mimeType : DEFAULT_TYPE,
  'content-length': String(length),
  'cache-control': 'private, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; sandbox",
  ...(filename === undefined ? {} : { 'content-disposition': disposition(filename) }),
});

@Injectable()
export class Downloads {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly subjects: Subjects,
  ) {}

  /** @throws ApiError NOT_FOUND when the bytes are gone */
  async send(tenant: string, found: FoundAttachment, reply: GatewayReply): Promise<void> {
    const { contentType, entries, large } = await this.read(this.subjects.stream(tenant, found.path));
    giveUpIfStalled(reply.raw);
    if (large) {
      void reply.code(200).headers(headersOf(found, large.count));
      return void reply.send(Readable.from(largeBodyOf(contentType, large), { objectMode: false }));
    }
    const body = bodyOf(contentType, entries);
    void reply.code(200).headers(headersOf(found, Buffer.byteLength(body)));
    void reply.send(body);
  }

  private async read(subject: string): Promise<StreamSlice> {
    try {
      return await this.log.read(subject, START, ONE_ENTRY);
    } catch (error) {
      if (error instanceof StreamAbsent) throw new ApiError('NOT_FOUND', 'the bytes of this attachment are gone');
      throw error;
    }
  }
}
