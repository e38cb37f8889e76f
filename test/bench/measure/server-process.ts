import { readdirSync, readFileSync } from 'node:fs';

/** One kind of process of the server, by the name of its program: node, nats-server, postgres. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly pssMb: number;
}

export type ServerUse = Readonly<Record<string, ProcessUse>>;

// USER_HZ is 100 on every Linux that node runs on.
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly name: string;
  readonly parent: number;
  readonly cpuSeconds: number;
}

const readStat = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name may hold spaces and brackets; what follows its last bracket is numbers, beginning with field 3.
    const close = text.lastIndexOf(')');
    const fields = text.slice(close + 2).split(' ');
    return {
      name: text.slice(text.indexOf('(') + 1, close),
      parent: Number(fields[1]),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined;
  }
};

const readPssMb = (pid: number): number => {
  try {
    const kb = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
};

/** The process and everything it started. */
const treeOf = (root: number): ReadonlyMap<number, Stat> => {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat) all.set(Number(name), stat);
  }
  const belongs = (pid: number): boolean => {
    for (let at = pid; at > 0; at = all.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  return new Map([...all].filter(([pid]) => belongs(pid)));
};

/** What the server used until now; undefined when there is no such process. */
export const serverUse = (pid: number): ServerUse | undefined => {
  const tree = treeOf(pid);
  if (tree.size === 0) return undefined;
  const use: Record<string, ProcessUse> = {};
  for (const [member, { name, cpuSeconds }] of tree) {
    // Postgres names its processes after their task only in the command line; node calls its main thread differently.
    const program = member === pid ? 'node' : name;
    const before = use[program] ?? { cpuSeconds: 0, pssMb: 0 };
    use[program] = { cpuSeconds: before.cpuSeconds + cpuSeconds, pssMb: before.pssMb + readPssMb(member) };
  }
  return use;
};

export interface ProcessMemory {
  readonly rssMb: number;
  /** Pages that processes share count once. */
  readonly pssMb: number;
  /** Of RSS, since the process began. */
  readonly peakRssMb: number;
}

/** Of this one process. @throws when there is none. */
export const processMemory = (pid: number): ProcessMemory => {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { rssMb: megabytes('VmRSS'), pssMb: readPssMb(pid), peakRssMb: megabytes('VmHWM') };
};

/** CPU between two readings, memory at the later one. */
export const useBetween = (before: ServerUse | undefined, after: ServerUse | undefined): ServerUse | undefined =>
  before &&
  after &&
  Object.fromEntries(
    Object.entries(after).map(([name, { cpuSeconds, pssMb }]) => [
      name,
      // Postgres ends processes it no longer needs.
      { cpuSeconds: Math.max(0, cpuSeconds - (before[name]?.cpuSeconds ?? 0)), pssMb },
    ]),
  );

/** CPU of all of them together, memory at the last one. */
export const useTogether = (uses: readonly ServerUse[]): ServerUse | undefined => {
  const together: Record<string, ProcessUse> = {};
  for (const use of uses)
    for (const [name, { cpuSeconds, pssMb }] of Object.entries(use))
      together[name] = { cpuSeconds: (together[name]?.cpuSeconds ?? 0) + cpuSeconds, pssMb };
  return uses.length > 0 ? together : undefined;
};

export const totalCpuSeconds = (use: ServerUse): number =>
  Object.values(use).reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);

export const totalPssMb = (use: ServerUse): number => Object.values(use).reduce((total, { pssMb }) => total + pssMb, 0);
