import { Rendezvous } from './rendezvous.js';
import { TransitTime } from './transit-time.js';

/** What a process says of itself. `at`: its own steady clock, milliseconds. */
export interface Sign {
  readonly id: string;
  /** Commands may be given to it. */
  readonly owns: boolean;
  readonly at: number;
}

interface Member {
  readonly owns: boolean;
  heard: number;
  readonly transit: TransitTime;
}

/** The other processes as far as they were heard of; time is passed in. */
export class Members {
  private readonly members = new Map<string, Member>();
  private choice: Rendezvous;
  private others = 0;

  /** `own`: takes commands too; undefined for a process that only gives them away. */
  constructor(
    private readonly own: string | undefined,
    private readonly onGone: (id: string) => void,
  ) {
    this.choice = new Rendezvous(own === undefined ? [] : [own]);
  }

  /** True when nobody else takes commands. */
  get alone(): boolean {
    return this.others === 0;
  }

  has(id: string): boolean {
    return this.members.has(id);
  }

  /** Who takes the commands of this key; undefined without anybody. */
  ownerOf(key: string): string | undefined {
    return this.choice.of(key);
  }

  heard({ id, owns, at }: Sign, now: number): void {
    const known = this.members.get(id);
    const member = known ?? { owns, heard: now, transit: new TransitTime() };
    member.heard = now;
    member.transit.add(at, now);
    if (known) return;
    this.members.set(id, member);
    this.choose();
  }

  /** How much longer than usual a message of this member was on its way; Infinity for somebody unknown. */
  delayOf(id: string, sentAt: number, now: number): number {
    return this.members.get(id)?.transit.delay(sentAt, now) ?? Infinity;
  }

  remove(id: string): void {
    if (!this.members.delete(id)) return;
    this.choose();
    this.onGone(id);
  }

  /** Whoever was silent since `before` is gone. */
  expire(before: number): void {
    for (const [id, { heard }] of this.members) if (heard < before) this.remove(id);
  }

  private choose(): void {
    const owners = [...this.members].filter(([, { owns }]) => owns).map(([id]) => id);
    this.others = owners.length;
    this.choice = new Rendezvous(this.own === undefined ? owners : [this.own, ...owners]);
  }
}
