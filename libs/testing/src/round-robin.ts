import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

// Of one connection only, not of the message that passes through.
const HOP_BY_HOP = new Set(['connection', 'keep-alive']);
const BAD_GATEWAY = 502;

/** Raw headers without those of the connection; they stay doubled and spelt as they were sent. */
const passedOn = (raw: readonly string[]): string[] =>
  raw.flatMap((name, index) =>
    index % 2 === 0 && !HOP_BY_HOP.has(name.toLowerCase()) ? [name, raw[index + 1] ?? ''] : [],
  );

/** An HTTP balancer that gives each request to the next of its servers, streaming both ways, and keeps nothing. */
export class RoundRobin {
  private readonly agent = new Agent({ keepAlive: true });
  private next = 0;
  /** Requests given to each server so far, in the order of `targets`. */
  readonly served: number[];

  private constructor(
    private readonly listener: Server,
    private readonly targets: readonly URL[],
  ) {
    this.served = targets.map(() => 0);
    listener.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      this.pass(asked, answer);
    });
  }

  static async start(targets: readonly string[]): Promise<RoundRobin> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new RoundRobin(
      listener,
      targets.map((target) => new URL(target)),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.listener.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.listener.close(resolve));
    this.listener.closeAllConnections();
    this.agent.destroy();
    await closed;
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    const place = this.next % this.targets.length;
    this.next += 1;
    this.served[place] = (this.served[place] ?? 0) + 1;
    const { hostname, port } = this.targets[place] ?? {};
    const { method, url: path, rawHeaders } = asked;
    const onward = request({ agent: this.agent, hostname, port, method, path, headers: passedOn(rawHeaders) });
    onward.on('response', (given) => {
      answer.writeHead(given.statusCode ?? BAD_GATEWAY, passedOn(given.rawHeaders));
      // The head of an event stream must not wait for its first event.
      answer.flushHeaders();
      pipeline(given, answer, () => undefined);
    });
    onward.on('error', () => {
      // An answer may have come before the request was over; what is left of the request is then read in vain.
      asked.unpipe(onward).resume();
      if (!answer.headersSent) answer.writeHead(BAD_GATEWAY).end();
    });
    // Whoever goes away is gone for the server too.
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  }
}
