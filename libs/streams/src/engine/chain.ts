import { LogUnavailable } from '../port/log-backend.js';
import type { LogMessage } from '../port/message.js';

/** Proves by `prev` that nothing is missing between the messages of a stream. */
export class Chain {
  private last?: LogMessage;

  constructor(private readonly start: number) {}

  /** Throws LogUnavailable when the message does not follow the one before. */
  add(message: LogMessage): void {
    if (!this.follows(message))
      throw new LogUnavailable(
        `message ${String(message.seq)} does not follow ${String(this.last?.seq ?? this.start)}`,
      );
    this.last = message;
  }

  /** Only the first may follow a message before the start: offsets need not name messages of this stream. */
  private follows(message: LogMessage): boolean {
    const { last, start } = this;
    return last ? message.prev === last.seq || isNextPiece(last, message) : message.prev <= start;
  }

  /** To a later piece of the same commit. */
  jump(message: LogMessage): void {
    this.last = message;
  }
}

/** All pieces of a commit name the message before the first of them. */
const isNextPiece = (last: LogMessage, message: LogMessage): boolean =>
  last.piece !== undefined &&
  message.piece !== undefined &&
  message.seq === last.seq + 1 &&
  message.piece.index === last.piece.index + 1 &&
  message.piece.total === last.piece.total &&
  message.prev === last.prev;
