import { describe, expect, it } from '@jest/globals';
import { MsgHdrsImpl, MsgImpl } from '@nats-io/nats-core/internal';
import fc from 'fast-check';
import { headerBlock, headersIn, WireHeaders } from './wire-message.js';

const NOBODY = { publish: () => undefined };

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const name = fc.stringMatching(/^[A-Z][a-z]{1,8}-[A-Z][a-z]{1,8}$/);
const value = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);
const named = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 8 });

const delivered = (block: Uint8Array, payload = Buffer.from('[1]')): MsgImpl =>
  new MsgImpl(
    { sid: 1, subject: Buffer.from('log.x'), hdr: block.length, size: block.length + payload.length },
    Buffer.concat([block, payload]),
    NOBODY,
  );

describe('headers on the wire', () => {
  it('are the bytes that the client would have made of them', () => {
    fc.assert(
      fc.property(named, (all) => {
        const ours = new WireHeaders();
        const theirs = new MsgHdrsImpl();
        for (const [key, each] of all) {
          ours.add(key, each);
          theirs.set(key, each);
        }
        if (all.length > 0) expect(text(ours.encode())).toBe(text(theirs.encode()));
      }),
    );
  });

  it('are read as they were written, without what the broker adds', () => {
    fc.assert(
      fc.property(named, (all) => {
        const headers = new WireHeaders();
        for (const [key, each] of all) headers.add(key, each);
        headers.add('Nats-Expected-Last-Subject-Sequence', '7');
        expect(headersIn(headerBlock(delivered(headers.encode())))).toEqual(Object.fromEntries(all));
      }),
    );
  });

  it('may be missing, cut off, or of no sense', () => {
    expect(headersIn('')).toEqual({});
    expect(headersIn('NATS/1.0 404 Not Found\r\n\r\n')).toEqual({});
    expect(headersIn('NATS/1.0\r\nA: b\r\nno colon\r\n: no name\r\nC:d')).toEqual({ A: 'b', C: 'd' });
    expect(headerBlock(delivered(new Uint8Array(0)))).toBe('');
  });
});
