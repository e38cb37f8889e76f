/** One server that is measured. */
export interface Contestant {
  readonly name: string;
  readonly origin: string;
  /** What an acknowledgement is worth. */
  readonly durability: string;
  /** Its processes; each stands for those it has started. */
  readonly pids: readonly number[];
  /** Resolves to the milliseconds until the read models know everything acknowledged; undefined where there are none. */
  lagMs(): Promise<number | undefined>;
  stop(): Promise<void>;
}
