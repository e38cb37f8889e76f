import type { Shape, ShapeHead } from '@app/application';
import { ApiError } from '@app/contracts';

/**
 * A handle names a shape, the generation of its table, when grants expired by which more was seen, and the place from
 * which the shape could be read when the handle was given out: a client that must begin anew may not get the same again.
 */
export interface ShapeHandle {
  readonly id: string;
  readonly generation: number;
  readonly expired: number;
  readonly text: string;
}

const HANDLE = /^([0-9a-f]{24})-(\d{1,15})-(\d{1,15})-\d{1,15}$/;

export const formatHandle = ({ id }: Shape, { generation, expired, floor }: ShapeHead): string =>
  [id, generation, expired, floor].join('-');

/** Whether who holds the handle, and has everything up to the position, must begin anew. */
export const isLost = (handle: Omit<ShapeHandle, 'id' | 'text'>, position: number, head: ShapeHead): boolean =>
  handle.generation !== head.generation || handle.expired !== head.expired || position < head.floor;

const PRINTABLE = /^[\x21-\x7e]{1,200}$/;

/** Whether another server of the protocol may have given it out: to clients it is any text. */
export const isForeignHandle = (text: string): boolean => PRINTABLE.test(text) && !HANDLE.test(text);

/** @throws ApiError for what this server never gave out */
export const parseHandle = (text: string): ShapeHandle => {
  const [, id, generation, expired] = HANDLE.exec(text) ?? [];
  if (id === undefined) throw new ApiError('INVALID_REQUEST', '"handle" is not one that this server gave out');
  return { id, generation: Number(generation), expired: Number(expired), text };
};

/**
 * Where a client is: before everything, at a place in the log, or in the middle of the rows as they were there (`after`:
 * the last row it has). `now`: it wants no rows.
 */
export type ShapeOffset = 'start' | 'now' | { readonly position: number; readonly after: number };

/** A place that is none of this server's. */
export const ELSEWHERE = { position: Number.MAX_SAFE_INTEGER, after: 0 } as const;

const OFFSET = /^(\d{1,15})_(\d{1,16})$/;

export const formatOffset = (position: number, after = 0): string => `${String(position)}_${String(after)}`;

/** @throws ApiError for what this server never gave out */
export const parseOffset = (text: string): ShapeOffset => {
  if (text === '-1') return 'start';
  if (text === 'now') return 'now';
  const [, position, after] = OFFSET.exec(text) ?? [];
  if (position === undefined || after === undefined || !Number.isSafeInteger(Number(after)))
    throw new ApiError('INVALID_REQUEST', '"offset" is -1, now, or one that this server gave out');
  return { position: Number(position), after: Number(after) };
};
