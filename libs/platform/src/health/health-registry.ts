import type { Clock } from '../clock.js';
import { SystemClock } from '../clock.js';

export type PartState =
  | { readonly state: 'ready' }
  /** Will get ready by itself, or when something outside does. */
  | { readonly state: 'waiting'; readonly reason: string }
  /** Only a new process helps. */
  | { readonly state: 'broken'; readonly reason: string };

export type PartSnapshot = PartState & {
  /** ISO 8601, of the last change between ready, waiting and broken. */
  readonly since: string;
};

export interface HealthSnapshot {
  /** False: restart this process. */
  readonly live: boolean;
  /** False: send it no requests now. */
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, PartSnapshot>>;
}

/** What one part of the process says about itself. */
export interface HealthPart {
  ready(): void;
  waiting(reason: string): void;
  broken(reason: string): void;
}

/** Collects what the parts of a process report; nothing is probed, so asking is free. */
export class HealthRegistry {
  private readonly parts = new Map<string, PartSnapshot>();

  constructor(private readonly clock: Clock = new SystemClock()) {}

  /** Registers a part, which is waiting until it says otherwise. @throws Error when the name is taken. */
  register(name: string): HealthPart {
    if (this.parts.has(name)) throw new Error(`health part ${name} is registered already`);
    const report = (state: PartState): void => this.report(name, state);
    report({ state: 'waiting', reason: 'starting' });
    return {
      ready: () => report({ state: 'ready' }),
      waiting: (reason) => report({ state: 'waiting', reason }),
      broken: (reason) => report({ state: 'broken', reason }),
    };
  }

  snapshot(): HealthSnapshot {
    const states = [...this.parts.values()].map(({ state }) => state);
    return {
      live: !states.includes('broken'),
      ready: states.every((state) => state === 'ready'),
      parts: Object.fromEntries(this.parts),
    };
  }

  private report(name: string, next: PartState): void {
    const before = this.parts.get(name);
    const since = before?.state === next.state ? before.since : new Date(this.clock.now()).toISOString();
    this.parts.set(name, { ...next, since });
  }
}
