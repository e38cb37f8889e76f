/**
 * `bytes` travels beside the rows, so that large values are never turned into text. The cell of `words` is text, what is
 * stored an array of what its spaces part.
 */
export type ColumnType = 'text' | 'bigint' | 'int' | 'bytes' | 'words';

export type Cell = string | number | Uint8Array | null;

/** A table as data: the generic writer needs nothing else. */
export interface Table {
  readonly name: string;
  readonly key: readonly string[];
  /** Key columns included. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Every row is new and never changed: no coalescing. */
  readonly appendOnly?: boolean;
}
