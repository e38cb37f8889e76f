import { answerOf, ApiError, createReveille, type Reveille, type ReveilleOptions } from '@app/client';

/** One event of an entity's stream. */
export interface StreamEvent {
  readonly type: string;
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Claim {
  readonly token: string;
  readonly claimEpoch: number;
}

/** Numbers the writes of one producer, so that a repeated one is recognised. */
export interface Producer {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
}

export interface Spawn {
  readonly args: Record<string, unknown>;
  readonly parent?: string;
  readonly wake?: { subscriberUrl: string; condition: 'runFinished'; includeResponse: boolean };
}

interface Path {
  readonly path: { type: string; id: string };
}

const pathOf = (entity: string): Path => {
  const [, type = '', id = ''] = entity.split('/');
  return { path: { type, id } };
};

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

/** What these agents need of the HTTP API. Whatever is sent again after a lost answer has one effect. */
export class Client {
  private readonly api: Reveille;

  constructor(private readonly options: ReveilleOptions) {
    this.api = createReveille(options);
  }

  /** It was told to stop. */
  get stopped(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  async ensureType(type: { readonly name: string; readonly description: string }): Promise<void> {
    const { response } = await this.api.GET('/v1/entity-types/{name}', { params: { path: { name: type.name } } });
    if (response.status === 404) await answerOf(this.api.POST('/v1/entity-types', { body: type }));
  }

  /** False when the entity is there already. */
  async spawn(entity: string, body: Spawn): Promise<boolean> {
    try {
      await answerOf(this.api.PUT('/v1/entities/{type}/{id}', { params: pathOf(entity), body }));
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'DUPLICATE_URL') return false;
      throw error;
    }
  }

  /** Undefined when there is nothing to do: the entity is paused or has ended. */
  async claim(entity: string, runner: string, leaseMs: number): Promise<Claim | undefined> {
    const body = { runner, leaseMs };
    const answer = await answerOf(this.api.POST('/v1/entities/{type}/{id}/claim', { params: pathOf(entity), body }));
    return 'done' in answer ? undefined : answer;
  }

  async heartbeat(entity: string, { token, claimEpoch }: Claim): Promise<void> {
    const asked = { params: pathOf(entity), headers: bearer(token), body: { claimEpoch } };
    await answerOf(this.api.POST('/v1/entities/{type}/{id}/claim/heartbeat', asked));
  }

  async release(entity: string, { token, claimEpoch }: Claim): Promise<void> {
    const asked = { params: pathOf(entity), headers: bearer(token), body: { claimEpoch } };
    await answerOf(this.api.POST('/v1/entities/{type}/{id}/claim/release', asked));
  }

  async send(entity: string, payload: Record<string, unknown>): Promise<void> {
    await answerOf(this.api.POST('/v1/entities/{type}/{id}/send', { params: pathOf(entity), body: { payload } }));
  }

  async append(entity: string, token: string, producer: Producer, events: readonly StreamEvent[]): Promise<void> {
    const header = {
      'producer-id': producer.id,
      'producer-epoch': String(producer.epoch),
      'producer-seq': String(producer.seq),
    };
    const params = { ...pathOf(entity), header };
    await answerOf(this.api.POST('/{type}/{id}/main', { params, headers: bearer(token), body: events }));
  }

  /** Everything that is on the stream now, and the offset to go on from. */
  async read(entity: string): Promise<{ readonly events: readonly StreamEvent[]; readonly offset: string }> {
    const events: StreamEvent[] = [];
    let offset = '-1';
    for (;;) {
      const asked = this.api.GET('/{type}/{id}/main', { params: { ...pathOf(entity), query: { offset } } });
      events.push(...((await answerOf(asked)) as StreamEvent[]));
      const { headers } = (await asked).response;
      offset = headers.get('stream-next-offset') ?? offset;
      if (headers.has('stream-up-to-date')) return { events, offset };
    }
  }

  /** The body of a live read; it ends now and then, and is asked for again from the last offset. */
  async live(entity: string, offset: string): Promise<ReadableStream<Uint8Array>> {
    const params = { ...pathOf(entity), query: { offset, live: 'sse' as const } };
    const body = await answerOf(this.api.GET('/{type}/{id}/main', { params, parseAs: 'stream' }));
    return body as ReadableStream<Uint8Array>;
  }
}
