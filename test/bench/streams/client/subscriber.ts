import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { toWire } from '../../client/wire-request.js';

const HEAD_END = '\r\n\r\n';
const OK = 'HTTP/1.1 200';
const MARK = '"n":';

/** Of one numbered event: `sentAt` is what the payload says. */
export type OnEvent = (n: number, sentAt: number) => void;

/** A payload that a subscriber recognises, padded to `bytes`. `sentAt`: milliseconds of the client's own clock. */
export const numbered = (n: number, sentAt: number, bytes: number): string => {
  const event = (pad: string): string => `{"n":${String(n)},"t":${sentAt.toFixed(3)},"pad":"${pad}"}`;
  return event('x'.repeat(Math.max(0, bytes - event('').length)));
};

/**
 * One SSE reader on a plain socket. It looks for the numbers in the payloads only, so that a thousand of them leave the
 * server some of the machine; every event is counted, and numbers have to follow each other.
 */
export class Subscriber {
  received = 0;
  /** Events that did not follow the one before. */
  outOfOrder = 0;
  private last: number | undefined;
  private rest = '';
  private opened = false;

  private constructor(
    private readonly socket: Socket,
    private readonly onEvent: OnEvent,
    private readonly ready: () => void,
  ) {
    socket.on('data', (chunk) => {
      this.take(this.rest + chunk.toString('latin1'));
    });
    socket.on('error', () => undefined);
  }

  /** Resolves once the server has answered and the first event, which tells where the reader is, has come. */
  static async open(origin: string, path: string, onEvent: OnEvent): Promise<Subscriber> {
    const { hostname, port, host } = new URL(origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Promise((resolve, reject) => {
      const subscriber = new Subscriber(socket, onEvent, () => {
        resolve(subscriber);
      });
      socket.once('close', () => {
        reject(new Error(`${path} was not opened`));
      });
      socket.write(toWire(host, { method: 'GET', path, headers: { Accept: 'text/event-stream' } }));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    if (!this.opened) {
      this.rest = text;
      if (!text.includes(HEAD_END) || !text.includes('event: control')) return;
      if (!text.startsWith(OK)) return void this.socket.destroy();
      this.opened = true;
      this.rest = '';
      this.ready();
      return;
    }
    let end = 0;
    for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, end)) {
      // The pad behind the two numbers shows that both are complete.
      const close = text.indexOf('"pad"', at);
      if (close < 0) break;
      const [n, t] = text.slice(at + MARK.length, close).split(',"t":');
      this.event(Number(n), Number.parseFloat(t ?? ''));
      end = close;
    }
    // A number may be cut in two by the end of what has come so far.
    const cut = text.indexOf(MARK, end);
    this.rest = cut >= 0 ? text.slice(cut) : text.slice(Math.max(end, text.length - MARK.length + 1));
  }

  private event(n: number, sentAt: number): void {
    if (this.last !== undefined && n !== this.last + 1) this.outOfOrder += 1;
    this.last = n;
    this.received += 1;
    this.onEvent(n, sentAt);
  }
}
