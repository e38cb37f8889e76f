const BOUNDARY = 'boundary-of-a-fuzzed-form';

export interface Multipart {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A form with these fields and, last, a file; without one when `content` is undefined. */
export const multipart = (fields: Readonly<Record<string, string>>, content?: string): Multipart => {
  const parts = Object.entries(fields).map(([name, value]) => `form-data; name="${name}"\r\n\r\n${value}`);
  const file = 'form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n';
  const all = content === undefined ? parts : [...parts, `${file}${content}`];
  const text = all.map((part) => `--${BOUNDARY}\r\ncontent-disposition: ${part}\r\n`).join('');
  return {
    contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    bytes: Buffer.from(`${text}--${BOUNDARY}--\r\n`),
  };
};
