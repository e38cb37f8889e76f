/** One event as it was sent; `data` without the line break at its end. */
export interface SseEvent {
  readonly name: string;
  readonly data: string;
}

const eventOf = (text: string): SseEvent => {
  const lines = text.split('\n');
  const of = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1));
  return { name: of('event').join().trim(), data: of('data').join('\n') };
};

/** Events of a response, as they come; ends with it, or with an error. */
export async function* sseEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    const events = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) yield eventOf(event);
  }
}
