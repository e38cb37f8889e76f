import type { Log, LogMessage } from '@app/streams';
import { isPiece, isUnfinished } from '@app/streams/codec/format-v1.js';

// Beyond it a slow reader is cheaper to serve from history than to remember for.
const MAX_BUFFERED = 64;
const MAX_BYTES = 1024 * 1024;

/** Messages of one stream since this was made, for a reader that keeps up. Overflow forgets them all. */
export class LiveBuffer {
  private messages: LogMessage[] = [];
  private bytes = 0;
  private lost = false;
  private wake?: () => void;
  /** Set while somebody waits and wants messages handed over as they come. */
  private pass?: (message: LogMessage) => boolean;
  private readonly stopWatching: () => void;

  constructor(log: Log, subject: string) {
    this.stopWatching = log.watch(subject, (message) => {
      if (message && isUnfinished(message)) return;
      // A large entry is never remembered: its pieces are read when the reader can take them.
      if (!message || isPiece(message) || this.isFull(message)) {
        this.empty();
        this.lost = true;
      } else if (this.pass?.(message) === true) return;
      else if (!this.lost) {
        this.messages.push(message);
        this.bytes += message.payload.length;
      }
      this.wake?.();
    });
  }

  /** What came since the last call; undefined when some of it was forgotten: read again, then go on from here. */
  take(): readonly LogMessage[] | undefined {
    const { messages, lost } = this;
    this.empty();
    this.lost = false;
    return lost ? undefined : messages;
  }

  /**
   * Resolves to true once there is something to take, to false after `timeoutMs` without news or when `end` aborts.
   * `pass` gets what comes in the meantime, each at once; what it does not want is there to be taken. A wait costs more
   * than all else that is done for a message, so who can pass it on at once need not wait anew for the next.
   */
  async wait(timeoutMs: number, end: AbortSignal, pass?: (message: LogMessage) => boolean): Promise<boolean> {
    if (this.messages.length > 0 || this.lost) return true;
    if (end.aborted) return false;
    return new Promise((resolve) => {
      const settle = (news: boolean): void => {
        clearTimeout(timer);
        end.removeEventListener('abort', aborted);
        this.wake = undefined;
        this.pass = undefined;
        resolve(news);
      };
      const aborted = (): void => {
        settle(false);
      };
      const timer = setTimeout(() => {
        settle(false);
      }, timeoutMs);
      end.addEventListener('abort', aborted);
      this.wake = () => {
        settle(true);
      };
      this.pass =
        pass &&
        ((message) => {
          const passed = pass(message);
          if (passed) timer.refresh();
          return passed;
        });
    });
  }

  stop(): void {
    this.stopWatching();
  }

  /** One message is kept however large it is. */
  private isFull({ payload }: LogMessage): boolean {
    const { length } = this.messages;
    return length >= MAX_BUFFERED || (length > 0 && this.bytes + payload.length > MAX_BYTES);
  }

  private empty(): void {
    this.messages = [];
    this.bytes = 0;
  }
}
