/** A reason why the embedded servers cannot run, worded for the person who typed `npm start`: what is wrong and what to do. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

/** Receives one human-readable line per step that may take a moment; never called with secrets. */
export type Progress = (line: string) => void;

export const silent: Progress = () => undefined;
