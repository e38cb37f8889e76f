import type { Answer } from '../gateway/http.js';

export interface FormPart {
  readonly name: string;
  readonly value: string | Uint8Array;
  readonly filename?: string;
  readonly type?: string;
}

export const BOUNDARY = 'a-boundary';

const quoted = (text: string): string => text.replace(/"/g, '\\"');

/** A form as bytes, exactly as written here: clients' libraries would repair what tests want broken. */
export const formBytes = (parts: readonly FormPart[], end = `--${BOUNDARY}--\r\n`): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, value, filename, type }) => {
      const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
      const typed = type === undefined ? '' : `content-type: ${type}\r\n`;
      const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n${typed}\r\n`;
      return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
    }),
    Buffer.from(end),
  ]);

export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

export const subject: readonly FormPart[] = [
  { name: 'subjectType', value: 'inbox' },
  { name: 'subjectKey', value: 'm-1' },
];

export const file = (value: string | Uint8Array, more: Partial<FormPart> = {}): FormPart => ({
  name: 'file',
  value,
  filename: 'notes.txt',
  type: 'text/plain',
  ...more,
});

type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Adds an attachment; a file and a subject unless `parts` say otherwise. */
export const attach = (call: Call, entity: string, parts: readonly FormPart[]): Promise<Answer> =>
  call('POST', `/v1/entities/${entity}/attachments`, formBytes(parts), MULTIPART);
