import type { Log } from '@app/streams';
import { Peers, type PeerAnswer, type ServePeers } from '../ports/peers.js';

/**
 * The other processes, asked only about streams on which this one keeps losing against them: to give a command to somebody
 * costs more than to lose a race now and then.
 */
export class PeersOnContest extends Peers {
  constructor(
    private readonly peers: Peers,
    private readonly log: Log,
  ) {
    super();
  }

  override ownerOf(subject: string): string | undefined {
    return this.log.contested(subject) ? this.peers.ownerOf(subject) : undefined;
  }

  override ask(peer: string, command: Uint8Array, leftMs: number): Promise<PeerAnswer> {
    return this.peers.ask(peer, command, leftMs);
  }

  override serve(serve: ServePeers): void {
    this.peers.serve(serve);
  }

  override join(): void {
    this.peers.join();
  }

  override leave(): Promise<void> {
    return this.peers.leave();
  }
}
