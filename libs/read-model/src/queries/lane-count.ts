import type { Database } from '../sql/database.js';
import { laneOf } from '../lanes/lane-hash.js';

/** Which lane of the group a path is in; the number of lanes never changes, so it is asked for once. */
export class LaneLookup {
  private lanes?: number;

  constructor(
    private readonly db: Database,
    private readonly group: string,
  ) {}

  /** Undefined while the group has never run. */
  async of(tenant: string, path: string): Promise<number | undefined> {
    if (this.lanes === undefined) {
      const [row] = await this.db.query<{ lanes: number }>('SELECT lanes FROM lane_groups WHERE worker_group = $1', [
        this.group,
      ]);
      this.lanes = row?.lanes;
    }
    return this.lanes === undefined ? undefined : laneOf(tenant, path, this.lanes);
  }
}
