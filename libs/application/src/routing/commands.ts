import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { StreamCommand } from '../kernel/stream-command.js';
import { Peers } from '../ports/peers.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { takeNotes } from '../kernel/attempt.js';
import { elsewhere } from '../kernel/stamp.js';
import { askOwner, type Asked, type OwnersAnswer } from './ask-owner.js';
import { packOf } from './command-codecs.js';

const noted = <Result>({ caller }: StreamCommand<Result>, answer: OwnersAnswer<Result>): Result => {
  takeNotes(caller.attempt, answer);
  return answer.result;
};

/** Where controllers bring their commands: each is executed by the process that owns its stream, mostly this one. */
@Injectable()
export class Commands {
  constructor(
    private readonly bus: CommandBus,
    private readonly peers: Peers,
    private readonly subjects: Subjects,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  execute<Result>(command: Command<Result>): Promise<Result> {
    if (!(command instanceof StreamCommand)) return this.bus.execute(command);
    command.stamped(this.log, this.clock);
    const { caller, target } = command;
    const owner = this.peers.ownerOf(this.subjects.stream(caller.tenant, target));
    return owner === undefined ? this.bus.execute(command) : this.elsewhere(owner, command as StreamCommand<Result>);
  }

  /** By the owner; by this process when that does not take it, or is gone. Whoever wrote it, the other finds it. */
  private async elsewhere<Result>(owner: string, command: StreamCommand<Result>): Promise<Result> {
    const stamp = command.stamped(this.log, this.clock);
    const packed = await packOf(command);
    if (!packed) return this.bus.execute(command);
    const leftMs = stamp.deadline - this.clock.now();
    const { answer, accepted } = await askOwner<Result>(this.peers, owner, { ...packed, stamp }, leftMs);
    if (answer) return noted(command, answer);
    command.stamp = elsewhere(stamp);
    return accepted ? this.unless(accepted, command) : this.bus.execute(command);
  }

  /**
   * What is written here is true. That it is refused, or that there is nothing to do, is true only when the owner did not
   * accept it meanwhile, on a later state of the stream.
   */
  private async unless<Result>(
    accepted: NonNullable<Asked<Result>['accepted']>,
    command: StreamCommand<Result>,
  ): Promise<Result> {
    const { attempt } = command.caller;
    const before = attempt?.position;
    const own = this.bus.execute(command);
    // Waiting for the owner comes after, and a refusal is nobody's until then.
    await own.catch(() => undefined);
    if (attempt?.position !== before) return own;
    const answer = await accepted();
    return answer ? noted(command, answer) : own;
  }
}
