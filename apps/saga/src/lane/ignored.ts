import type { ActiveRegistration } from '@app/domain';

/** Why a registration did not wake anybody, how often, and where last. */
export interface IgnoredWake {
  readonly tenant: string;
  /** Path of the source's stream. */
  readonly source: string;
  readonly key: string;
  readonly activated: number;
  readonly reason: string;
  readonly count: number;
  /** Sequence of the last message it was about. */
  readonly seq: number;
}

interface IgnoredBecause {
  readonly registration: ActiveRegistration;
  readonly reason: string;
}

/** Counts equal reasons, so that a busy source costs one row per registration and reason. */
export class Ignored {
  private readonly byReason = new Map<string, IgnoredWake>();

  add(
    { tenant, path }: { readonly tenant: string; readonly path: string },
    { registration, reason }: IgnoredBecause,
    seq: number,
  ): void {
    this.put({ tenant, source: path, key: registration.data.key, activated: registration.seq, reason, count: 1, seq });
  }

  put(one: IgnoredWake): void {
    const id = JSON.stringify([one.tenant, one.source, one.key, one.activated, one.reason]);
    this.byReason.set(id, { ...one, count: (this.byReason.get(id)?.count ?? 0) + one.count });
  }

  list(): readonly IgnoredWake[] {
    return [...this.byReason.values()];
  }
}
