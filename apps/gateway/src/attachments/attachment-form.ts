import type { FileToAttach } from '@app/application';
import { ApiError } from '@app/contracts';
import { ATTACHMENT_ROLES, ATTACHMENT_SUBJECTS, type JsonObject } from '@app/domain';
import { isMediaType } from '../http/media-type.js';
import { parseJsonBody } from '../http/json-body.js';
import type { Form, FormFile } from './multipart.js';

const DEFAULT_TYPE = 'application/octet-stream';

const CONTROL_CHARACTER = /\p{Cc}/u;

const invalid = (message: string): ApiError => new ApiError('INVALID_REQUEST', message);

const oneOf = <T extends string>(field: string, value: unknown, allowed: readonly T[]): T => {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw invalid(`"${field}" must be one of ${allowed.join(', ')}`);
  return found;
};

const jsonObject = (field: string, text: string): JsonObject => {
  const value = parseJsonBody(Buffer.from(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`"${field}" must be a JSON object`);
  return value as JsonObject;
};

const subjectOf = (fields: Form['fields']): FileToAttach['subject'] => {
  const whole = fields.get('subject');
  const { type, key } =
    whole === undefined
      ? { type: fields.get('subjectType'), key: fields.get('subjectKey') }
      : jsonObject('subject', whole);
  if (typeof key !== 'string' || key === '') throw invalid('the subject of an attachment needs a type and a key');
  return { type: oneOf('subject type', type, ATTACHMENT_SUBJECTS), key };
};

/** What the client says in a field must be right; what its library says of the part counts only if it is. */
const mimeTypeOf = (field: string | undefined, { contentType }: FormFile): string => {
  if (field !== undefined && !isMediaType(field)) throw invalid('"mimeType" is no media type');
  return field ?? (isMediaType(contentType) ? contentType : DEFAULT_TYPE);
};

/** The last part of what may be a path on the client's machine. */
const filenameOf = (sent: string | undefined): string | undefined => {
  const name = sent?.split(/[/\\]/).at(-1);
  if (name === undefined || name === '' || name === '.' || name === '..') return undefined;
  if (CONTROL_CHARACTER.test(name)) throw invalid('the filename must not contain control characters');
  return name;
};

/** @throws ApiError for a form that describes no attachment */
export const fileToAttach = ({ fields, file }: Form): FileToAttach => {
  if (file === undefined) throw invalid('the body needs a file in the field "file"');
  const id = fields.get('id');
  const meta = fields.get('meta');
  const filename = filenameOf(fields.get('filename') ?? file.name);
  return {
    ...(id === undefined ? {} : { id }),
    ...(filename === undefined ? {} : { filename }),
    ...(meta === undefined ? {} : { meta: jsonObject('meta', meta) }),
    mimeType: mimeTypeOf(fields.get('mimeType'), file),
    role: oneOf('role', fields.get('role') ?? 'input', ATTACHMENT_ROLES),
    subject: subjectOf(fields),
    bytes: file.bytes,
    sha256: file.sha256,
  };
};
