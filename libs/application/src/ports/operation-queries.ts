/** What is asked of Postgres about operations. */
export abstract class OperationQueries {
  /** Ids of those that nobody executes at `now` (milliseconds since 1970), as far as Postgres knows by now. */
  abstract abandoned(tenant: string, now: number): Promise<readonly string[]>;
}
