/** Where things are in the log. Provided by the process, which knows the topology; nothing here builds names itself. */
export abstract class Subjects {
  /** `path` is canonical: no leading slash. */
  abstract stream(tenant: string, path: string): string;

  /** Facts about who waits for the stream at `path`. */
  abstract waiters(tenant: string, path: string): string;

  /** Dispatch grants of a subscription. */
  abstract grants(tenant: string, subscription: string): string;

  abstract entityType(tenant: string, name: string): string;

  /** The inverse of `entityType`; undefined for any other subject. */
  abstract parseEntityType(subject: string): { readonly tenant: string; readonly name: string } | undefined;
}
