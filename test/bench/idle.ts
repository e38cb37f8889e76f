import { serverUse, totalPssMb } from './measure/server-process.js';
import { memoryTable, targetsTable } from './report/tables.js';
import { atMost, IDLE_PSS_MB } from './report/targets.js';

/** Memory of a server that has nothing to do, with the servers it started. */
export const measureIdle = (pid: number): object => {
  const memory = serverUse(pid);
  if (!memory) throw new Error(`there is no process ${String(pid)}`);
  const targets = [atMost('idle pss MB of everything', IDLE_PSS_MB, totalPssMb(memory))];
  process.stderr.write(`${memoryTable(memory)}${targetsTable(targets)}`);
  return { memory, targets };
};
