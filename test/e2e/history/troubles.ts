import type { EmbeddedNats, EmbeddedPostgres } from '@app/platform/embedded/index.js';
import type { Chance } from '@app/testing/chance.js';
import type { AppProcess } from '../support/app-process.js';

/** Loses its process, and has it back. */
export type Broker = Pick<EmbeddedNats, 'restart'> & { kill(): Promise<unknown> };

/** What may be put in trouble. */
export interface Parts {
  readonly gateways: readonly AppProcess[];
  readonly projector: AppProcess;
  readonly postgres: EmbeddedPostgres;
  readonly broker: Broker;
  /** Between the broker and the first gateway. */
  readonly network?: { slow(ms: number): void };
}

type Undo = () => Promise<void>;

/** Puts one part after the other in trouble, each for a while. */
export class Troubles {
  readonly done = new Map<string, number>();
  private readonly open: { readonly part: object; readonly undo: Undo }[] = [];

  constructor(
    private readonly parts: Parts,
    private readonly chance: Chance,
  ) {}

  /** Makes trouble, or ends one. */
  async next(): Promise<void> {
    if (this.open.length >= 3 || this.chance.next() < 0.4) return this.end();
    await this.chance.of([
      () => this.endGateway(),
      () => this.endGateway(),
      () => this.pauseGateway(),
      () => this.pauseGateway(),
      () => this.endProjector(),
      () => this.pauseProjector(),
      () => this.endPostgres(),
      () => this.endBroker(),
      () => this.slowNetwork(),
    ])();
  }

  /** Everything is at work again. */
  async over(): Promise<void> {
    while (this.open.length > 0) await this.end();
  }

  /** The oldest, but a gateway that was started meanwhile waits for the database. */
  private async end(first: object = this.parts.postgres): Promise<void> {
    const place = this.open.findIndex(({ part }) => part === first);
    const [trouble] = this.open.splice(Math.max(place, 0), 1);
    await trouble?.undo();
  }

  private async make(name: string, part: object, harm: () => Promise<void> | void, undo: Undo): Promise<void> {
    if (this.open.some((trouble) => trouble.part === part)) return;
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
    this.open.push({ part, undo });
    await harm();
  }

  private endGateway(): Promise<void> {
    const gateway = this.chance.of(this.parts.gateways);
    const signal = this.chance.of(['SIGTERM', 'SIGKILL'] as const);
    // It is started at once, and its clients have the other one meanwhile; without the database it is not ready until
    // that is back.
    const started = { at: Promise.resolve() };
    const harm = async (): Promise<void> => {
      await gateway.end(signal);
      started.at = gateway.start();
    };
    return this.make(`gateway ${signal}`, gateway, harm, () => started.at);
  }

  private endProjector(): Promise<void> {
    const { projector } = this.parts;
    const signal = this.chance.of(['SIGTERM', 'SIGKILL'] as const);
    return this.make(
      `projector ${signal}`,
      projector,
      () => projector.end(signal),
      () => projector.start(),
    );
  }

  private pauseProjector(): Promise<void> {
    return this.pause(this.parts.projector);
  }

  /** What it knows is old when it goes on, and it does not know that. */
  private async pauseGateway(): Promise<void> {
    const gateway = this.chance.of(this.parts.gateways);
    if (this.open.some(({ part }) => part === gateway)) return;
    await this.pause(gateway);
    await new Promise((resolve) => setTimeout(resolve, this.chance.between(50, 800)));
    await this.end(gateway);
  }

  private pause(app: AppProcess): Promise<void> {
    const harm = (): void => {
      app.pause();
    };
    const undo = (): Promise<void> => {
      app.resume();
      return Promise.resolve();
    };
    return this.make(`${app.kind} SIGSTOP`, app, harm, undo);
  }

  private endPostgres(): Promise<void> {
    const { postgres } = this.parts;
    return this.make(
      'postgres SIGKILL',
      postgres,
      () => this.kill(postgres),
      () => postgres.restart(),
    );
  }

  /** One gateway hears of everything later than the other. */
  private async slowNetwork(): Promise<void> {
    const { network } = this.parts;
    if (!network) return;
    const harm = (): void => {
      network.slow(this.chance.between(10, 150));
    };
    const undo = (): Promise<void> => {
      network.slow(0);
      return Promise.resolve();
    };
    await this.make('slow network', network, harm, undo);
  }

  /** For a moment only: meanwhile nobody can do anything. */
  private async endBroker(): Promise<void> {
    const { broker } = this.parts;
    await this.make(
      'broker SIGKILL',
      broker,
      () => this.kill(broker),
      () => broker.restart(),
    );
    await this.end(broker);
  }

  private async kill(server: { kill(): Promise<unknown> }): Promise<void> {
    await server.kill();
  }
}
