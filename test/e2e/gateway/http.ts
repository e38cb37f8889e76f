import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. Untyped: the specs say what they expect of it. */
  readonly json: ReturnType<typeof JSON.parse>;
}

export type Headered = Readonly<Record<string, string>>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What a test goes on with. @throws Error saying what came when it was no success. */
export const jsonOf = <T>({ status, text, json }: Answer): T => {
  if (status >= 300) throw new Error(`answered ${String(status)} ${text}`);
  return json as T;
};

const encoded = (body: unknown): string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);

/** Calls one base URL. Strings and bytes are sent as they are, everything else as JSON without a content type of JSON. */
export const caller =
  (base: () => string) =>
  async (method: string, path: string, body?: unknown, headers: Headered = {}): Promise<Answer> => {
    const response = await fetch(base() + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: encoded(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };

export type Call = ReturnType<typeof caller>;

/** Sends bytes as they are and gives back all that came until the server closed or went quiet with `until`. */
export const rawHttp = (base: string, bytes: string | Uint8Array, until?: RegExp): Promise<string> => {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (until?.test(received)) socket.destroy();
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
};
