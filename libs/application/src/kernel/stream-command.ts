import { Command } from '@nestjs/cqrs';
import type { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { stamp, type Caller, type Stamp } from './stamp.js';

/** A command that is decided by the writer of one stream, and therefore belongs to the process that owns that. */
export abstract class StreamCommand<Result> extends Command<Result> {
  /** Taken where the request was received, so that every attempt anywhere has one effect. */
  stamp?: Stamp;

  abstract readonly caller: Caller;

  /** Canonical path of the stream. */
  abstract get target(): string;

  stamped(log: Log, clock: Clock): Stamp {
    return (this.stamp ??= stamp(log, clock, this.caller.attempt));
  }
}
