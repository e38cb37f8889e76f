import type { EntityStatus, LiveStatus, SignalName } from '../lifecycle.js';

/**
 * What a signal does. `handled`: by the server, at once; otherwise the agent may do it later. `outcome` says how the
 * server handled it.
 */
export interface Reaction {
  readonly to: EntityStatus;
  readonly outcome?: 'transitioned' | 'ignored';
}

type Row = Readonly<Record<LiveStatus, Reaction>>;

const LEFT_TO_THE_AGENT: Row = {
  spawning: { to: 'spawning' },
  running: { to: 'running' },
  idle: { to: 'idle' },
  paused: { to: 'paused' },
  stopping: { to: 'stopping' },
};

const ignoredWhilePaused: Row = { ...LEFT_TO_THE_AGENT, paused: { to: 'paused', outcome: 'ignored' } };
const killed: Reaction = { to: 'killed', outcome: 'transitioned' };
const stopped: Reaction = { to: 'stopped', outcome: 'transitioned' };

/** The signals of agents-api.md 4.2, without its last column: an ended entity takes none. */
export const SIGNAL_TABLE: Readonly<Record<SignalName, Row>> = {
  SIGKILL: { spawning: killed, running: killed, idle: killed, paused: killed, stopping: killed },
  SIGTERM: { ...LEFT_TO_THE_AGENT, running: { to: 'stopping' }, idle: stopped, paused: stopped },
  SIGSTOP: {
    ...ignoredWhilePaused,
    running: { to: 'paused' },
    idle: { to: 'paused', outcome: 'transitioned' },
  },
  SIGCONT: { ...LEFT_TO_THE_AGENT, paused: { to: 'idle' } },
  SIGINT: ignoredWhilePaused,
  SIGHUP: ignoredWhilePaused,
  SIGUSR: ignoredWhilePaused,
};
