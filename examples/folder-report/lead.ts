import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Client, StreamEvent } from './client.js';
import type { Folder, TextFile } from './folder.js';
import type { Run } from './run.js';
import { tail } from './tail.js';

export interface Answer {
  readonly status: 'completed' | 'failed' | 'ended';
  readonly text: string;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

// Ids have no dots, slashes or spaces; the hash keeps two names apart that look alike afterwards.
const slug = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60);

/** The same folder with the same files has the same lead, so a second run finds the first one's report. */
export const leadUrl = ({ path, files }: Folder, name?: string): string =>
  name === undefined ? `/lead/${slug(basename(path))}-${hash(JSON.stringify([path, files]))}` : `/lead/${name}`;

export const childUrl = (lead: string, { name }: TextFile): string =>
  `/reader/${lead.slice('/lead/'.length)}~${slug(name)}-${hash(name)}`;

/** What the lead learns from an event of its own stream: a wake with a child's response, or a message from a worker. */
const answerIn = ({ type, value }: StreamEvent): readonly [child: string, answer: Answer] | undefined => {
  if (type === 'wake') {
    const child = value?.['finished_child'] as
      { url: string; run_status: 'completed' | 'failed'; response?: string; error?: string } | undefined;
    return child && [child.url, { status: child.run_status, text: child.response ?? child.error ?? '' }];
  }
  const payload = type === 'inbox' ? (value?.['payload'] as { ended?: string } | null) : undefined;
  return payload?.ended === undefined
    ? undefined
    : [payload.ended, { status: 'ended', text: 'it was stopped before it answered' }];
};

const section = ({ name }: TextFile, { status, text }: Answer): string =>
  `## ${name}\n\n${status === 'completed' ? text.trimEnd() : `No summary: ${text}`}\n\n`;

/**
 * The agent that asks others and writes down what they say. Everything it knows is on its stream: its task in the first
 * event, the answers in its wakes, what it has written in its text. So it can be killed and go on.
 */
export class Lead {
  readonly folder: Folder;
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly client: Client,
    private readonly run: Run,
  ) {
    const created = run.events.find(({ type }) => type === 'entity_created');
    this.folder = created?.value?.['args'] as Folder;
    this.take(run.events);
  }

  get children(): readonly { readonly url: string; readonly file: TextFile }[] {
    return this.folder.files.map((file) => ({ url: childUrl(this.run.entity, file), file }));
  }

  answerOf(child: string): Answer | undefined {
    return this.answers.get(child);
  }

  /** The child and the wish to be woken by it are created together. */
  async ask({ url, file }: { readonly url: string; readonly file: TextFile }): Promise<void> {
    const parent = this.run.entity;
    await this.client.spawn(url, {
      args: { folder: this.folder.path, file: file.name, digest: file.digest },
      parent,
      wake: { subscriberUrl: parent, condition: 'runFinished', includeResponse: true },
    });
  }

  /** Writes the report in the order of the files, each section as soon as it and all before it are known. */
  async report(onAnswer: (child: string, answer: Answer) => void): Promise<string> {
    await this.run.start();
    await this.writeKnown();
    if (!this.complete) {
      for await (const events of tail(this.client, this.run.entity, this.run.offset)) {
        for (const [child, answer] of this.take(events)) onAnswer(child, answer);
        await this.writeKnown();
        if (this.complete) break;
      }
    }
    if (!this.complete) throw new Error(`${this.run.entity} was ended from outside`);
    await this.run.complete();
    return this.run.text;
  }

  private get complete(): boolean {
    return this.run.parts.length === this.folder.files.length + 2;
  }

  private take(events: readonly StreamEvent[]): readonly (readonly [string, Answer])[] {
    const learned = events.map(answerIn).filter((pair) => pair !== undefined);
    const fresh = learned.filter(([child]) => !this.answers.has(child));
    for (const [child, answer] of fresh) this.answers.set(child, answer);
    return fresh;
  }

  private async writeKnown(): Promise<void> {
    for (let next = this.nextPart(); next !== undefined; next = this.nextPart()) await this.run.say(next);
  }

  /** Part 0 is the title, then one part per file, then the end; undefined while an answer is missing. */
  private nextPart(): string | undefined {
    const { files, path } = this.folder;
    const at = this.run.parts.length;
    if (at === 0) return `# Report on ${basename(path)}\n\n`;
    const child = this.children[at - 1];
    if (child) {
      const answer = this.answers.get(child.url);
      return answer && section(child.file, answer);
    }
    if (at > files.length + 1) return undefined;
    const good = this.children.filter(({ url }) => this.answers.get(url)?.status === 'completed');
    return `${String(files.length)} files, ${String(good.length)} summaries.\n`;
  }
}
