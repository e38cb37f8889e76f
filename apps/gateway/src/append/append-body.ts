import type { EventsBody } from '@app/application';
import type { BodyProblem, Json } from '@app/domain';
import { mediaType } from '@app/domain';
import { InvalidJson, splitJsonItems } from '@app/streams/codec/json-items.js';
import { faultOfJsonText } from '../http/json-body.js';

export interface AppendBody {
  readonly items: EventsBody;
  readonly problem?: BodyProblem;
}

export const NOTHING: EventsBody = { body: new Uint8Array(0), count: 0, types: [], values: [] };

const typeOf = (value: unknown): string | undefined => {
  const type: unknown = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
  return typeof type === 'string' ? type : undefined;
};

const typesOf = (values: readonly unknown[]): readonly string[] => [
  ...new Set(values.map(typeOf).filter((type) => type !== undefined)),
];

/**
 * The items of a body as they are stored: what was sent, without white space. What is wrong with it is only reported,
 * since the state of the stream comes first.
 */
export const appendBody = (body: Buffer, contentType: string | undefined): AppendBody => {
  if (body.length === 0 || mediaType(contentType ?? '') !== 'application/json') return { items: NOTHING };
  const fault = faultOfJsonText(body);
  if (fault !== undefined) return { items: NOTHING, problem: fault === 'too-deep' ? fault : 'invalid-json' };
  try {
    const { body: text, count, values } = splitJsonItems(body);
    if (count === 0) return { items: NOTHING, problem: 'empty-array' };
    return { items: { body: text, count, values: values as readonly Json[], types: typesOf(values) } };
  } catch (error) {
    if (error instanceof InvalidJson) return { items: NOTHING, problem: 'invalid-json' };
    throw error;
  }
};
