import type { Json } from '@app/domain';

/** What is asked of Postgres about the manifests of entities. `at`: log position the answer must include. */
export abstract class ManifestQueries {
  /** The value of the entry as it was written last, by the server or by the agent; undefined when there is none. */
  abstract entry(tenant: string, entityUrl: string, key: string, at: number): Promise<Json | undefined>;
}
