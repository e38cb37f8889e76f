export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole HTTP/1.1 request as bytes, made once and sent many times. `host` as in the Host header. */
export const toWire = (host: string, { method, path, headers = {}, body = '' }: WireRequest): Buffer => {
  const content = Buffer.from(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'GET' ? [] : [`Content-Length: ${String(content.length)}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), content]);
};

export const JSON_HEADERS = { 'Content-Type': 'application/json' } as const;
