import type { Claim, Entities } from './entities.js';
import { textEvent } from './entities.js';
import { until } from './until.js';
import { WriteLedger } from './write-ledger.js';

const WRITES_EACH = 4;
const PAUSE_MS = 50;

/** Clients that spawn, send and append as fast as they are answered, until they are stopped. */
export class WriteLoad {
  readonly ledger = new WriteLedger();
  private readonly clients: Promise<void>[];
  private stopped = false;
  private spawned = 0;
  /** All clients send to it. */
  readonly shared: string;

  /** `name`: different for every load. A client whose requests fail goes on after a moment. */
  constructor(
    private readonly entities: (client: number) => Entities,
    private readonly type: string,
    private readonly name: string,
    clients = 8,
  ) {
    this.shared = `${type}/${name}`;
    const shared = this.ledger.spawn('all', this.shared, () => entities(0).spawnAnswer(this.shared));
    this.clients = Array.from({ length: clients }, (_, client) => shared.then(() => this.run(client)));
  }

  /** Waits until `more` writes beyond those of now are acknowledged. */
  async acknowledges(more: number, withinMs = 30_000): Promise<void> {
    const from = this.ledger.acknowledged;
    const enough = (): boolean => this.ledger.acknowledged >= from + more;
    await until(`${String(more)} acknowledged writes`, enough, { withinMs });
  }

  /** No request is under way any more. */
  async stop(): Promise<WriteLedger> {
    this.stopped = true;
    await Promise.all(this.clients);
    return this.ledger;
  }

  private async run(client: number): Promise<void> {
    while (!this.stopped) {
      const done = await this.round(String(client), this.entities(client)).catch(() => false);
      if (!done && !this.stopped) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** One entity of its own with some messages and events, and messages to the shared one. */
  private async round(client: string, entities: Entities): Promise<boolean> {
    const id = `${this.name}-${String((this.spawned += 1))}`;
    const path = `${this.type}/${id}`;
    if (!(await this.ledger.spawn(client, path, () => entities.spawnAnswer(path)))) return false;
    const claim: Claim = await entities.claim(path);
    for (let n = 0; n < WRITES_EACH && !this.stopped; n += 1) {
      const [sent, told, appended] = [`sent-${String(n)}`, `${id}-${String(n)}`, `event-${String(n)}`];
      const written =
        (await this.ledger.attempt(client, path, sent, () => entities.sendAnswer(path, { id: sent }))) &&
        (await this.ledger.attempt(client, this.shared, told, () => entities.sendAnswer(this.shared, { id: told }))) &&
        (await this.ledger.attempt(client, path, appended, () =>
          entities.appendAnswer(path, claim, [textEvent(appended)]),
        ));
      if (!written) return false;
    }
    return true;
  }
}
