import { serverUse, totalCpuSeconds } from '../../measure/server-process.js';

/** One server that is measured. */
export interface Contestant {
  readonly name: string;
  readonly origin: string;
  /** What an acknowledgement is worth. */
  readonly durability: string;
  /** Its processes by program; each stands for those it has started. */
  readonly pids: Readonly<Record<string, readonly number[]>>;
  /** Resolves to the milliseconds until the read models know everything acknowledged; undefined where there are none. */
  lagMs(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** CPU seconds until now, by program. */
export type CpuUse = Readonly<Record<string, number>>;

export const cpuUse = ({ pids }: Contestant): CpuUse =>
  Object.fromEntries(
    Object.entries(pids).map(([program, all]) => [
      program,
      all.reduce((sum, pid) => sum + totalCpuSeconds(serverUse(pid) ?? {}), 0),
    ]),
  );

/** Seconds since `before`, by program, with `unit` behind the names; times `factor`. */
export const cpuSince = (contestant: Contestant, before: CpuUse, unit: string, factor: number): CpuUse =>
  Object.fromEntries(
    Object.entries(cpuUse(contestant)).map(([program, seconds]) => [
      `${program} ${unit}`,
      (seconds - (before[program] ?? 0)) * factor,
    ]),
  );
