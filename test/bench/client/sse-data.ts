/** Cuts an SSE body into events and hands over the data of the `data` ones and of the `control` ones. */
export class SseData {
  private rest = '';

  constructor(
    private readonly onData: (json: string) => void,
    private readonly onControl: (json: string) => void,
  ) {}

  push(chunk: string): void {
    const events = (this.rest + chunk).split('\n\n');
    this.rest = events.pop() ?? '';
    for (const event of events) this.take(event);
  }

  private take(event: string): void {
    const data = event
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice('data:'.length))
      .join('\n');
    if (event.startsWith('event: data\n')) this.onData(data);
    else if (event.startsWith('event: control\n')) this.onControl(data);
  }
}
