import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

const ALGORITHM = 'ES256';

type Answer = (response: ServerResponse) => void;

/** Publishes keys over HTTP on one port, can be killed and comes back there. */
export class Issuer {
  private readonly signers = new Map<string, { readonly privateKey: CryptoKey; readonly published: object }>();
  private server: Server | undefined;
  private port = 0;
  /** Requests that came, answered or not. */
  asked = 0;
  /** By default the keys. */
  answer: Answer | undefined;
  private published: readonly string[] = [];

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}/jwks.json`;
  }

  /** Publishes these keys and no other. */
  async publish(...ids: readonly string[]): Promise<void> {
    for (const id of ids) if (!this.signers.has(id)) await this.make(id);
    this.published = ids;
  }

  async start(): Promise<void> {
    const server = createServer((_request, response) => {
      this.asked += 1;
      (this.answer ?? this.keys)(response);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Whoever is connected is cut off. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** `id`: as a token names its key, published or not. */
  async sign(id: string, claims: JWTPayload): Promise<string> {
    if (!this.signers.has(id)) await this.make(id);
    const { privateKey } = this.signers.get(id) ?? {};
    if (!privateKey) throw new Error(`there is no key ${id}`);
    return new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, kid: id }).sign(privateKey);
  }

  private async make(id: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
    const published = { ...(await exportJWK(publicKey)), kid: id, alg: ALGORITHM };
    this.signers.set(id, { privateKey, published });
  }

  private readonly keys: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: this.published.map((id) => this.signers.get(id)?.published) }));
  };
}
