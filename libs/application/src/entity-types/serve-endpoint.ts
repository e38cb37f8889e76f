import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type JsonObject } from '@app/domain';
import type { EntityTypeRegistration } from '@app/domain/entity-type/entity-type.document.js';
import { RefusedByPeer } from '../ports/refused-by-peer.js';
import { ALLOW_DISCOVERY } from '../ports/tokens.js';
import { TypeDescriptions } from '../ports/type-descriptions.js';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

const unreachable = (message: string): RefusedByPeer => new RefusedByPeer('SERVE_ENDPOINT_UNREACHABLE', message);

const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readLimited = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Asks the endpoint of a type what the type is, when its registration does not say. */
@Injectable()
export class ServeEndpoint {
  constructor(
    @Inject(ALLOW_DISCOVERY) private readonly allowed: boolean,
    private readonly descriptions: TypeDescriptions,
  ) {}

  async discover(asked: EntityTypeRegistration): Promise<EntityTypeRegistration> {
    const { serve_endpoint: url, description, creation_schema: schema } = asked;
    if (url === undefined || description !== undefined || schema !== undefined) return asked;
    // Fetching what strangers name would let them reach into the network this server stands in.
    if (!this.allowed) throw new DomainError('INVALID_REQUEST', 'say the description: it is not fetched in production');
    const described = this.descriptions.read(await fetchDescription(url));
    if (described.name !== asked.name)
      throw new RefusedByPeer('SERVE_ENDPOINT_NAME_MISMATCH', `${url} describes another type than was asked for`);
    return { ...described, serve_endpoint: url };
  }
}

const fetchDescription = async (url: string): Promise<JsonObject> => {
  try {
    const response = await fetch(url, { method: 'PUT', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answered ${String(response.status)}`);
    const answer: unknown = JSON.parse(await readLimited(response));
    if (!isJsonObject(answer)) throw new Error('it did not answer with an object');
    return answer;
  } catch (error) {
    throw unreachable(`${url} did not describe its type: ${(error as Error).message}`);
  }
};
