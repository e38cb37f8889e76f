import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { NO_ANSWER } from './connection.js';
import type { Sender } from '../measure/closed-loop.js';

const STATUS_AT = 'HTTP/1.1 '.length;
const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const BODILESS = new Set([204, 304]);

/** Bytes of the body that are still to come; `chunked` when only its end tells. */
type Expected = number | 'chunked';

/**
 * One keep-alive connection with one request at a time, with as little work per request as node allows: on a small
 * machine whatever the client uses is taken from the server. It understands what the measured servers send, no more.
 */
export class WireConnection implements Sender<Buffer> {
  private answered?: (status: number) => void;
  private head = '';
  private status = NO_ANSWER;
  private expected?: Expected;
  private end = '';

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.take(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.settle(NO_ANSWER);
    });
  }

  static async open(origin: string): Promise<WireConnection> {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new WireConnection(socket);
  }

  static openMany(origin: string, count: number): Promise<WireConnection[]> {
    return Promise.all(Array.from({ length: count }, () => WireConnection.open(origin)));
  }

  send(request: Buffer): Promise<number> {
    if (this.socket.destroyed) return Promise.resolve(NO_ANSWER);
    return new Promise((resolve) => {
      this.answered = resolve;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    if (this.expected !== undefined) {
      this.body(chunk.length, chunk.toString('latin1', Math.max(0, chunk.length - LAST_CHUNK.length)));
      return;
    }
    this.head += chunk.toString('latin1');
    const end = this.head.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.head.slice(0, end);
    const rest = this.head.slice(end + HEAD_END.length);
    this.head = '';
    this.status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
    this.expected = BODILESS.has(this.status)
      ? 0
      : CHUNKED.test(head)
        ? 'chunked'
        : Number(LENGTH.exec(head)?.[1] ?? 0);
    this.body(rest.length, rest.slice(-LAST_CHUNK.length));
  }

  private body(length: number, last: string): void {
    if (this.expected === 'chunked') {
      this.end = (this.end + last).slice(-LAST_CHUNK.length);
      if (this.end === LAST_CHUNK) this.settle(this.status);
      return;
    }
    this.expected = (this.expected ?? 0) - length;
    if (this.expected <= 0) this.settle(this.status);
  }

  private settle(status: number): void {
    const { answered } = this;
    this.answered = undefined;
    this.expected = undefined;
    this.end = '';
    answered?.(status);
  }
}
