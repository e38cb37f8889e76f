/**
 * Free text of clients as JSON text: reversible, equal texts stay equal, and neither NUL nor a lone surrogate is left,
 * which PostgreSQL text refuses or the encoder would replace.
 */
export const encodeText = (text: string): string => JSON.stringify(text);

export const decodeText = (stored: string): string => JSON.parse(stored) as string;
