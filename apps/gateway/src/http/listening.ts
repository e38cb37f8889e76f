import type { Config } from '@app/platform';

// Connections the kernel keeps until they are let in; its own limit holds too. Those beyond it are tried again by the
// client's kernel after one second, three, seven: thousands of readers that come back at once would take a minute.
const BACKLOG = 4_096;

export interface Listening {
  readonly port: number;
  readonly host: string;
  readonly backlog: number;
}

/** Where requests are listened for, and how many connections may wait to be let in. */
export const listening = ({ port, host }: Pick<Config, 'port' | 'host'>): Listening => ({
  port,
  host,
  backlog: BACKLOG,
});
