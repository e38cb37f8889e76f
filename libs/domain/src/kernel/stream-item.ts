/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A public event of an entity stream, as every reader sees it. `headers.offset` is stamped on reads, never stored. */
export interface StreamItem {
  readonly type: string;
  readonly key: string;
  readonly value?: JsonObject;
  /** Of a deletion, where its writer knows it. */
  readonly old_value?: JsonObject;
  readonly headers: JsonObject;
}
