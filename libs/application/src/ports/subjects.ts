/** Where things are in the log. Provided by the process, which knows the topology; nothing here builds names itself. */
export abstract class Subjects {
  /** `path` is canonical: no leading slash. */
  abstract stream(tenant: string, path: string): string;

  /** Facts about who waits for the stream at `path`. */
  abstract waiters(tenant: string, path: string): string;

  /** Dispatch grants of a subscription. */
  abstract grants(tenant: string, subscription: string): string;

  /** With an empty name: what the subjects of all types of the tenant start with. */
  abstract entityType(tenant: string, name: string): string;
}
