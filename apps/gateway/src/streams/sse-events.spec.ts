import { describe, expect, it } from '@jest/globals';
import type { Entry } from '@app/streams';
import { controlEvent, dataEvent } from './sse-events.js';

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

describe('controlEvent', () => {
  it('gives no cursor once the stream has ended', () => {
    expect(controlEvent({ offset: { seq: 1, pos: 2 }, cursor: '9', closed: true })).toBe(
      'event: control\ndata:{"streamNextOffset":"0000000000000001_0000000000000002","streamClosed":true}\n\n',
    );
  });
});
