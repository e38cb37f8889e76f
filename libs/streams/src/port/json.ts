/** A JSON value as it is stored in headers and payloads. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
