import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { Entry, LargeEntry } from '@app/streams';
import { controlEvent, dataEvent, largeDataEvent } from './sse-events.js';

const entry = (body: string | Buffer): Entry => ({ offset: { seq: 5, pos: 0 }, count: 1, body: Buffer.from(body) });

describe('dataEvent', () => {
  it('wraps a JSON entry in an array and stamps its items', () => {
    expect(dataEvent('application/json', entry('{"type":"run","headers":{"operation":"insert"}}'))).toBe(
      'event: data\ndata:[{"type":"run","headers":{"operation":"insert","offset":"0000000000000005_0000000000000000"}}]\n\n',
    );
  });

  it('cannot be broken out of by text with line breaks', () => {
    expect(dataEvent('text/plain', entry('a\r\nevent: control\rb\n'))).toBe(
      'event: data\ndata:a\ndata:event: control\ndata:b\ndata:\n\n',
    );
  });

  it('carries other content as base64', () => {
    expect(dataEvent('application/octet-stream', entry(Buffer.from([0, 255])))).toBe('event: data\ndata:AP8=\n\n');
  });
});

const cutAt = ({ offset, count, body }: Entry, ...places: readonly number[]): LargeEntry => {
  const ends = [0, ...places, body.length];
  const pieces = ends.slice(1).map((end, index) => body.subarray(ends[index], end));
  return { offset, count, pieces: () => Readable.from(pieces) as AsyncIterable<Uint8Array> };
};

describe('largeDataEvent', () => {
  it.each([
    ['application/json', '{"type":"run","headers":{"operation":"insert"}},{"a":"é"}'],
    ['text/plain', 'a\r\nevent: control\rb\n\r\r\n\né'],
    ['text/plain', 'ends\r'],
    ['application/octet-stream', 'any bytes at all'],
  ])('is the event of %s, wherever its pieces are cut', async (contentType, body) => {
    const whole = entry(body);
    for (let first = 0; first <= whole.body.length; first += 1)
      for (let second = first; second <= whole.body.length; second += 3) {
        const parts: Buffer[] = [];
        for await (const part of largeDataEvent(contentType, cutAt(whole, first, second)))
          parts.push(Buffer.from(part));
        expect(Buffer.concat(parts).toString()).toBe(dataEvent(contentType, whole));
      }
  });
});

describe('controlEvent', () => {
  it('gives no cursor once the stream has ended', () => {
    expect(controlEvent({ offset: { seq: 1, pos: 2 }, cursor: '9', closed: true })).toBe(
      'event: control\ndata:{"streamNextOffset":"0000000000000001_0000000000000002","streamClosed":true}\n\n',
    );
  });
});
