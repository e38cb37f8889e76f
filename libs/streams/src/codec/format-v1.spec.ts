import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { asRead, fieldsOf, FORMAT_EXAMPLES, fromGoldenText, goldenText } from '@app/testing/format-examples.js';
import { decodeMessage, encodeMessage, openMessage, UnreadableMessage } from './format-v1.js';

// Tests run in the root of the repository.
const GOLDEN = join(process.cwd(), 'test/golden/format-v1');
const ADR = join(process.cwd(), 'docs/adr/0002-message-format-v1.md');

const golden = (name: string): string => readFileSync(join(GOLDEN, `${name}.txt`), 'utf8');
const names = Object.keys(FORMAT_EXAMPLES);

const raw = (headers: Readonly<Record<string, string>>) => ({
  subject: 'log.a.s.b.d',
  seq: 9,
  time: 0,
  headers,
  payload: new Uint8Array(),
});

describe('message format v1', () => {
  it('has a golden file for every example, and no other', () => {
    expect(readdirSync(GOLDEN).sort()).toEqual(names.map((name) => `${name}.txt`).sort());
  });

  it.each(names)('writes "%s" exactly as its golden file', (name) => {
    const example = FORMAT_EXAMPLES[name];
    if (!example) throw new Error(name);
    const { headers, payload } = encodeMessage(example.draft);
    expect(goldenText(headers, payload)).toBe(golden(name));
  });

  it.each(names)('reads "%s" from its golden file', (name) => {
    const example = FORMAT_EXAMPLES[name];
    if (!example) throw new Error(name);
    const { headers, payload } = fromGoldenText(golden(name));
    const { subject, seq } = example;
    const message = decodeMessage({ subject, seq, time: 0, headers: Object.fromEntries(headers), payload });
    expect(fieldsOf(message)).toEqual(asRead(example));
  });

  it.each(names)('is documented with the bytes of "%s"', (name) => {
    expect(readFileSync(ADR, 'utf8')).toContain(golden(name));
  });

  it('joins pieces to the payload of their commit', () => {
    const pieces = ['piece-first', 'piece-last'].map((name) => fromGoldenText(golden(name)).payload);
    expect(JSON.parse(Buffer.concat(pieces).toString())).toHaveLength(1);
  });

  it('gives all pieces of a new stream the same life', () => {
    const lives = ['piece-first-of-a-new-stream', 'piece-last-of-a-new-stream'].map((name) => {
      const { headers, payload } = fromGoldenText(golden(name));
      const { subject = '', seq = 0 } = FORMAT_EXAMPLES[name] ?? {};
      return openMessage({ subject, seq, time: 0, headers: Object.fromEntries(headers), payload }).state.incarnation;
    });
    expect(lives).toEqual([90, 90]);
  });

  it('keeps every header on one line of printable ASCII', () => {
    for (const { draft } of Object.values(FORMAT_EXAMPLES))
      for (const [, value] of encodeMessage(draft).headers) expect(value).toMatch(/^[\x20-\x7e]+$/);
  });

  it('ignores headers and fields it does not know', () => {
    const headers = {
      'Rv-Format': '1',
      'Rv-Later': '{',
      'Rv-Units': '[["a",1,{"z":9}]]',
      'Rv-State': '{"i":3,"m":"x","t":0,"z":1}',
    };
    const message = decodeMessage(raw(headers));
    expect(message.units).toEqual([{ id: 'a', count: 1 }]);
    expect(message.state).toMatchObject({ incarnation: 3, contentType: 'x', tail: { seq: 9, pos: 0 }, producers: [] });
  });

  it('refuses to interpret another format and broken headers, and passes them on', () => {
    expect(() => decodeMessage(raw({}))).toThrow(UnreadableMessage);
    expect(() => decodeMessage(raw({ 'Rv-Format': '2' }))).toThrow('format 2');
    expect(openMessage(raw({ 'Rv-Format': '2' })).seq).toBe(9);
    const broken = openMessage(raw({ 'Rv-Format': '1', 'Rv-Units': '[', 'Rv-Piece': '3/2' }));
    for (const field of ['units', 'state', 'piece'] as const) expect(() => broken[field]).toThrow(UnreadableMessage);
  });
});
