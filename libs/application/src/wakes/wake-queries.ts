/** What is asked of Postgres about registrations. */
export abstract class WakeQueries {
  /** URLs of the sources this subscriber waits for under the manifest key, as of at least log position `at`. */
  abstract sources(tenant: string, subscriber: string, manifestKey: string, at: number): Promise<readonly string[]>;
}
