import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Clock } from '@app/platform';
import { LogUnavailable } from '@app/streams';
import { notesOf } from '../kernel/attempt.js';
import { Disowned, elsewhere } from '../kernel/stamp.js';
import type { StreamCommand } from '../kernel/stream-command.js';
import { Peers, type Terms } from '../ports/peers.js';
import { commandOf } from './command-codecs.js';
import { packAnswer, unpackCommand } from './packed.js';
import { packError } from './packed-error.js';

/** Executes what other processes received for streams that this one owns. */
@Injectable()
export class RoutedCommands implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly bus: CommandBus,
    private readonly peers: Peers,
    private readonly clock: Clock,
  ) {
    peers.serve((bytes, terms) => this.serve(bytes, terms));
  }

  onApplicationBootstrap(): void {
    this.peers.join();
  }

  /** Before anything else stops: what was taken can still be finished. */
  onModuleDestroy(): Promise<void> {
    return this.peers.leave();
  }

  private serve(bytes: Uint8Array, { leftMs, holds }: Terms): Promise<Uint8Array | undefined> | undefined {
    const packed = unpackCommand(bytes);
    const command = packed && commandOf(packed);
    if (!command) return undefined;
    // The deadline by the clock of this host.
    const { attempt } = command.caller;
    const deadline = this.clock.now() + leftMs;
    command.stamp = elsewhere({ ...packed.stamp, deadline, holds, ...(attempt && { attempt }) });
    return this.execute(command);
  }

  private async execute(command: StreamCommand<unknown>): Promise<Uint8Array | undefined> {
    try {
      const result = await this.bus.execute(command);
      const { attempt } = command.caller;
      return packAnswer({ ok: true, result, ...(attempt && notesOf(attempt)) });
    } catch (error) {
      // Nothing was decided: whoever sent it may have more luck.
      if (error instanceof Disowned || error instanceof LogUnavailable) return undefined;
      return packAnswer({ ok: false, error: packError(error) });
    }
  }
}
