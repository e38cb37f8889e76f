import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { ApiError } from '@app/contracts';

export interface FormFile {
  /** Without folders; undefined when the part has none. */
  readonly name?: string;
  /** As the part says, which may be a lie. */
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Hex. */
  readonly sha256: string;
}

/** A form with one file. Of a repeated field the first value counts. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file?: FormFile;
}

const FILE = 'file';

const LIMITS = {
  files: 1,
  fields: 20,
  parts: 30,
  fieldSize: 64 * 1024,
  headerPairs: 50,
  headerSize: 16 * 1024,
} as const;

const invalid = (message: string): ApiError => new ApiError('INVALID_REQUEST', message);

const parserFor = (contentType: string | undefined, maxFileBytes: number): BusboyInstance => {
  try {
    return new Busboy({
      headers: { 'content-type': contentType ?? '' },
      isPartAFile: (field, _type, filename) => field === FILE || filename !== undefined,
      limits: { ...LIMITS, fileSize: maxFileBytes },
    });
  } catch {
    throw invalid('the body must be multipart/form-data');
  }
};

/** Collects one file; `take` gets it when it is complete. */
const collect = (stream: Readable, about: Pick<FormFile, 'contentType' | 'name'>, take: (file: FormFile) => void) => {
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    hash.update(chunk);
  });
  stream.on('end', () => {
    take({ ...about, bytes: Buffer.concat(chunks), sha256: hash.digest('hex') });
  });
};

/**
 * Reads a form as it arrives. A body that is refused is taken in to its end, unread, so that the client sees the answer.
 * @throws ApiError INVALID_REQUEST, or ATTACHMENT_TOO_LARGE
 */
export const readForm = (body: Readable, contentType: string | undefined, maxFileBytes: number): Promise<Form> => {
  const parser = parserFor(contentType, maxFileBytes);
  const fields = new Map<string, string>();
  let file: FormFile | undefined;
  return new Promise((resolve, reject) => {
    const fail = (error: ApiError): void => {
      body.unpipe(parser);
      body.resume();
      reject(error);
    };
    const refuse = (message: string) => (): void => fail(invalid(message));
    parser.on('field', (name: unknown, value, nameCut, valueCut) => {
      if (typeof name !== 'string') return fail(invalid('every part needs a name'));
      if (nameCut || valueCut) return fail(invalid(`the field "${name.slice(0, 100)}" is too long`));
      if (!fields.has(name)) fields.set(name, value);
    });
    parser.on('file', (name, stream, filename: string | undefined, _encoding, type) => {
      // Told once more by the parser itself.
      stream.on('error', () => undefined);
      if (name !== FILE) return refuse(`the file must be the field "${FILE}"`)();
      stream.on('limit', () => fail(new ApiError('ATTACHMENT_TOO_LARGE')));
      collect(stream, { contentType: type, ...(filename ? { name: filename } : {}) }, (complete) => {
        file = complete;
      });
    });
    parser.on('filesLimit', refuse('the body must have one file only'));
    parser.on('fieldsLimit', refuse(`the body must have at most ${String(LIMITS.fields)} fields`));
    parser.on('partsLimit', refuse(`the body must have at most ${String(LIMITS.parts)} parts`));
    parser.on('error', refuse('the body is not well-formed multipart/form-data'));
    parser.on('finish', () => {
      resolve({ fields, ...(file && { file }) });
    });
    body.on('error', refuse('the body did not arrive'));
    body.on('close', () => {
      if (!body.readableEnded) refuse('the body did not arrive')();
    });
    body.pipe(parser);
  });
};
