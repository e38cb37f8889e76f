import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A network between one client and one server that fails on request. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private muted = false;
  private refusing = false;
  private watched?: { readonly text: string; readonly seen: () => void };
  private lag = 0;
  private rate = Infinity;
  /** Connections that came so far. */
  connections = 0;

  private constructor(
    private readonly listener: Server,
    private readonly target: number,
  ) {
    listener.on('connection', (client) => {
      this.join(client);
    });
  }

  static async start(target: number): Promise<TcpProxy> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(listener, target);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /**
   * From now on nothing of the server reaches the client, until the connection is cut. Resolves when the server has
   * said something that contains `text`.
   */
  mute(text: string): Promise<void> {
    this.muted = true;
    return new Promise((resolve) => {
      this.watched = { text, seen: resolve };
    });
  }

  /** Ends every connection as a broken network does. */
  cut(): void {
    this.muted = false;
    this.watched = undefined;
    for (const { client, server } of this.pairs) {
      client.destroy();
      server.destroy();
    }
    this.pairs.clear();
  }

  /** Cuts, and lets nobody in until `accept`. */
  refuse(): void {
    this.refusing = true;
    this.cut();
  }

  accept(): void {
    this.refusing = false;
  }

  /** From now on what the server says reaches the client so much later, in order. */
  slow(ms: number): void {
    this.lag = ms;
  }

  /** From now on no more than so many bytes per second of what a client says reach the server. */
  throttle(rate: number): void {
    this.rate = rate;
  }

  async stop(): Promise<void> {
    this.refuse();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(client: Socket): void {
    if (this.refusing) {
      client.destroy();
      return;
    }
    this.connections += 1;
    const server = connect(this.target, '127.0.0.1');
    const pair = { client, server };
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (bytes: Buffer) => {
      server.write(bytes);
      if (this.rate === Infinity) return;
      client.pause();
      setTimeout(() => client.resume(), (bytes.length / this.rate) * 1_000);
    });
    let arrived = Promise.resolve();
    server.on('data', (bytes: Buffer) => {
      if (this.muted) {
        if (this.watched && bytes.includes(this.watched.text)) this.watched.seen();
        return;
      }
      const { lag } = this;
      const travelled = lag > 0 ? new Promise((resolve) => setTimeout(resolve, lag)) : undefined;
      arrived = Promise.all([arrived, travelled]).then(() => void client.write(bytes));
    });
  }
}
