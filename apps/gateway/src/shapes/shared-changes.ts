import { setTimeout as delay } from 'node:timers/promises';
import type { Shape, ShapeChanges, ShapeFollowing } from '@app/application';

/** Reads for those who follow something together; answers in their order. */
export type ReadTogether = (following: readonly ShapeFollowing[]) => Promise<readonly ShapeChanges[]>;

interface Asking extends ShapeFollowing {
  readonly answer: (changes: ShapeChanges) => void;
  readonly fail: (error: unknown) => void;
}

// Under load everything that happens in this time is read and told at once; a single change does not wait for it.
const GATHER_MS = 20;

// Whoever is so many messages of the log further behind than the first would make all others read them, too.
const ALIKE = 5_000;

/** What happened to shapes that differ only in who follows them is read once for all who ask at about the same time. */
export class SharedChanges {
  /** Who asks, by what they follow; there is an entry while it is being read, and a moment longer. */
  private readonly asking = new Map<string, Asking[]>();

  constructor(private readonly read: ReadTogether) {}

  after(shape: Shape, from: number): Promise<ShapeChanges> {
    return new Promise((answer, fail) => {
      const asking = { shape, from, answer, fail };
      const others = this.asking.get(shape.followed);
      if (others) others.push(asking);
      else void this.serve(shape.followed, [asking]);
    });
  }

  private async serve(followed: string, first: Asking[]): Promise<void> {
    for (let all = first; all.length > 0; all = this.asking.get(followed) ?? []) {
      this.asking.set(followed, []);
      const newest = all.reduce((most, { from }) => Math.max(most, from), 0);
      const [near, far] = [all.filter(isNear(newest)), all.filter((each) => !isNear(newest)(each))];
      await Promise.all([near, ...far.map((each) => [each])].map((group) => this.answer(group)));
      await delay(GATHER_MS);
    }
    this.asking.delete(followed);
  }

  private async answer(asking: readonly Asking[]): Promise<void> {
    try {
      const answers = await this.read(asking);
      asking.forEach(({ answer, fail }, at) => {
        const found = answers[at];
        if (found) answer(found);
        else fail(new Error('no answer for somebody who follows a shape'));
      });
    } catch (error) {
      for (const { fail } of asking) fail(error);
    }
  }
}

const isNear =
  (newest: number) =>
  ({ from }: ShapeFollowing): boolean =>
    newest - from < ALIKE;
