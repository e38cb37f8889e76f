/** Statuses of an entity. The wire and the log carry these words. */
export type LiveStatus = 'spawning' | 'idle' | 'running' | 'paused' | 'stopping';
export type TerminalStatus = 'stopped' | 'killed';
export type EntityStatus = LiveStatus | TerminalStatus;

/** A terminal entity never changes again; its stream is closed. */
export const isTerminal = (status: EntityStatus): status is TerminalStatus =>
  status === 'stopped' || status === 'killed';

/** Sends, tags and other writes from outside are refused; the agent itself may still write while it is stopping. */
export const isClosedToWrites = (status: EntityStatus): boolean => status === 'stopping' || isTerminal(status);

/**
 * Status after the work in hand ended (done, or given up). Only work ends: a pause that was asked for meanwhile is
 * lifted by SIGCONT or a message, not by the agent finishing.
 */
export const afterWork = (status: LiveStatus): EntityStatus => {
  if (status === 'stopping') return 'stopped';
  return status === 'running' ? 'idle' : status;
};

/** Status while the agent works. An entity that is stopping finishes its work and stays stopping. */
export const duringWork = (status: LiveStatus): LiveStatus => (status === 'stopping' ? status : 'running');

export const SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGUSR'] as const;
export type SignalName = (typeof SIGNALS)[number];
