import { isUtf8 } from 'node:buffer';
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.js';
import { InvalidJson } from './json-items.js';

/** Nested deeper than was asked for. */
export class JsonTooDeep extends Error {
  override readonly name = 'JsonTooDeep';
}

export interface ScannedItems {
  /** Items joined by commas, compact, without brackets. */
  readonly body: Uint8Array;
  readonly count: number;
  /** What the member `type` of the items says, each once. */
  readonly types: readonly string[];
}

const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const LETTER_U = 0x75;

// A few milliseconds of work.
const SLICE_BYTES = 256 * 1024;
const FIRST_VISIBLE = 0x20;
const HEX_DIGITS = 4;
const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));
const ESCAPED = new Set(Buffer.from('"\\/bfnrtu'));

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isHex = (byte = 0): boolean => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45;

const invalid = (at: number): InvalidJson => new InvalidJson(`body is not valid JSON at byte ${String(at)}`);

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'nothing';

/**
 * Judges JSON text as `JSON.parse` does and removes white space where it is, without making values of it: these can take
 * twenty times the room, and the time of all other requests.
 */
class JsonScan {
  private at = 0;
  private out = 0;
  private expected: Expected = 'value';
  private readonly containers: number[] = [];
  private items = 0;
  /** The last name in an item was `type`. */
  private typed = false;
  private itemType?: string;
  private readonly types = new Set<string>();

  constructor(
    private readonly text: Uint8Array,
    private readonly maxDepth: number,
  ) {}

  /** True when all is read. */
  step(until: number): boolean {
    const { text } = this;
    while (this.at < text.length && this.at < until) {
      const byte = text[this.at] ?? 0;
      if (isSpace(byte)) this.at += 1;
      else this.token(byte);
    }
    if (this.at < text.length) return false;
    if (this.expected !== 'nothing') throw invalid(this.at);
    return true;
  }

  result(): ScannedItems {
    const text = this.text.subarray(0, this.out);
    const isArray = text[0] === OPEN_BRACKET;
    const types = [...this.types];
    return isArray ? { body: text.subarray(1, -1), count: this.items, types } : { body: text, count: 1, types };
  }

  private token(byte: number): void {
    switch (this.expected) {
      case 'value or end':
        if (byte === CLOSE_BRACKET) this.close();
        else this.value(byte);
        break;
      case 'value':
        this.value(byte);
        break;
      case 'name or end':
        if (byte === CLOSE_BRACE) this.close();
        else this.name(byte);
        break;
      case 'name':
        this.name(byte);
        break;
      case 'colon':
        if (byte !== COLON) throw invalid(this.at);
        this.keep(this.at + 1);
        this.expected = 'value';
        break;
      case 'comma or end':
        this.next(byte);
        break;
      case 'nothing':
        throw invalid(this.at);
    }
  }

  private next(byte: number): void {
    const container = this.containers.at(-1);
    if (byte === COMMA) {
      this.keep(this.at + 1);
      this.expected = container === OPEN_BRACE ? 'name' : 'value';
    } else if (byte === (container === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET)) this.close();
    else throw invalid(this.at);
  }

  /** How many containers are around the members of an item. */
  private get itemDepth(): number {
    return this.containers[0] === OPEN_BRACKET ? 2 : 1;
  }

  private value(byte: number): void {
    if (this.containers.length === 1 && this.containers[0] === OPEN_BRACKET) this.items += 1;
    const typed = this.typed;
    this.typed = false;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (typed) this.itemType = undefined;
      this.open(byte);
      return;
    }
    const end = byte === QUOTE ? this.stringEnd() : this.scalarEnd(byte);
    if (typed) this.itemType = byte === QUOTE ? this.string(end) : undefined;
    this.keep(end);
    this.ended();
  }

  private name(byte: number): void {
    if (byte !== QUOTE) throw invalid(this.at);
    const end = this.stringEnd();
    this.typed =
      this.containers.length === this.itemDepth &&
      end - this.at <= 'type'.length * 6 + 2 &&
      this.string(end) === 'type';
    this.keep(end);
    this.expected = 'colon';
  }

  private open(byte: number): void {
    this.containers.push(byte);
    if (this.containers.length > this.maxDepth) throw new JsonTooDeep(`deeper than ${String(this.maxDepth)} levels`);
    this.keep(this.at + 1);
    this.expected = byte === OPEN_BRACE ? 'name or end' : 'value or end';
  }

  private close(): void {
    if (this.containers.length === this.itemDepth && this.itemType !== undefined) {
      this.types.add(this.itemType);
      this.itemType = undefined;
    }
    this.containers.pop();
    this.keep(this.at + 1);
    this.ended();
  }

  private ended(): void {
    this.expected = this.containers.length === 0 ? 'nothing' : 'comma or end';
  }

  private string(end: number): string {
    return JSON.parse(Buffer.from(this.text.subarray(this.at, end)).toString()) as string;
  }

  private stringEnd(): number {
    const { text } = this;
    let at = this.at + 1;
    for (;;) {
      const byte = text[at];
      if (byte === undefined || byte < FIRST_VISIBLE) throw invalid(at);
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? this.escapeLength(at) : 1;
    }
  }

  private escapeLength(at: number): number {
    const { text } = this;
    const byte = text[at + 1] ?? 0;
    if (!ESCAPED.has(byte)) throw invalid(at);
    if (byte !== LETTER_U) return 2;
    for (let digit = 0; digit < HEX_DIGITS; digit += 1) if (!isHex(text[at + 2 + digit])) throw invalid(at);
    return 2 + HEX_DIGITS;
  }

  private scalarEnd(byte: number): number {
    if (byte === MINUS || isDigit(byte)) return this.numberEnd();
    const word = WORDS.find((candidate) => candidate[0] === byte);
    const end = this.at + (word?.length ?? 0);
    if (!word || Buffer.compare(this.text.subarray(this.at, end), word) !== 0) throw invalid(this.at);
    return end;
  }

  private numberEnd(): number {
    const { text } = this;
    let at = this.at;
    if (text[at] === MINUS) at += 1;
    at = text[at] === 0x30 ? at + 1 : this.digitsEnd(at);
    if (text[at] === DOT) at = this.digitsEnd(at + 1);
    if (!isExponent(text[at])) return at;
    at += 1;
    return this.digitsEnd(text[at] === PLUS || text[at] === MINUS ? at + 1 : at);
  }

  private digitsEnd(start: number): number {
    let at = start;
    while (isDigit(this.text[at])) at += 1;
    if (at === start) throw invalid(at);
    return at;
  }

  /** Moves the text up to `end` to where the kept text ends. */
  private keep(end: number): void {
    if (this.out !== this.at) this.text.copyWithin(this.out, this.at, end);
    this.out += end - this.at;
    this.at = end;
  }
}

/**
 * A large request body as items, a little at a time: `pause` is awaited between. The body is made compact where it is.
 * Throws InvalidJson or JsonTooDeep.
 */
export const scanJsonItems = async (
  body: Uint8Array,
  maxDepth: number,
  pause: () => Promise<unknown>,
): Promise<ScannedItems> => {
  if (!isUtf8(body)) throw new InvalidJson('body is not valid UTF-8');
  const scan = new JsonScan(body, maxDepth);
  for (let until = SLICE_BYTES; !scan.step(until); until += SLICE_BYTES) await pause();
  return scan.result();
};
