import { ApiError } from '@app/client';
import type { Client, StreamEvent } from './client.js';

interface SseEvent {
  readonly name: string;
  readonly data: string;
}

const parse = (block: string): SseEvent => {
  const lines = block.split('\n');
  const field = (name: string): string =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
      .join('\n');
  return { name: field('event'), data: field('data') };
};

async function* sseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.map(parse);
  }
}

/**
 * Follows an entity's stream by server-sent events, across ends of the connection: `data` brings events, `control` the
 * offset to come back with. Ends with the stream.
 */
export async function* tail(client: Client, entity: string, from: string): AsyncGenerator<readonly StreamEvent[]> {
  let offset = from;
  for (;;) {
    try {
      for await (const { name, data } of sseEvents(await client.live(entity, offset))) {
        if (name === 'data') yield JSON.parse(data) as StreamEvent[];
        if (name !== 'control') continue;
        const control = JSON.parse(data) as { streamNextOffset: string; streamClosed?: boolean };
        if (control.streamClosed) return;
        offset = control.streamNextOffset;
      }
    } catch (error) {
      if (client.stopped || error instanceof ApiError || error instanceof SyntaxError) throw error;
      // The connection broke: the client waits for the server, then the stream goes on where it was.
    }
  }
}
