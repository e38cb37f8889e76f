import { Injectable } from '@nestjs/common';
import { classOfPath, linking, linksOf, type PlainDecided, type PlainStream } from '@app/domain';
import { SharedStateAccess, type MayWrite } from '../access/shared-state-access.js';
import type { Caller } from '../kernel/stamp.js';

/** What is decided about a shared state whose links are those by which the caller may write it. */
export type Allowed = <Result>(state: PlainStream, now: number, decided: PlainDecided<Result>) => PlainDecided<Result>;

/** Somebody linked the shared state to an entity since the caller was found to be allowed. */
export class LinkedMeanwhile extends Error {
  override readonly name = 'LinkedMeanwhile';
}

/** For streams that nobody guards. */
export const asDecided: Allowed = (_state, _now, decided) => decided;

const byLinks =
  ({ links, link }: MayWrite): Allowed =>
  (state, now, decided) => {
    if (linksOf(state).some((entity) => !links.includes(entity))) throw new LinkedMeanwhile('there are other links');
    return link === undefined ? decided : linking(state, decided, { entity: link, now });
  };

// Links are only added, and not often.
const ATTEMPTS = 5;

/** Writes of shared states: by whom, and what they link. Other streams are left alone. */
@Injectable()
export class SharedStateGuard {
  constructor(private readonly access: SharedStateAccess) {}

  /** @throws DomainError UNAUTHORIZED */
  writing<Answer>(
    caller: Caller,
    path: string,
    owner: string | undefined,
    write: (allowed: Allowed) => Promise<Answer>,
  ): Promise<Answer> {
    return classOfPath(path) === 'shared-state' ? this.guarded(caller, path, owner, write) : write(asDecided);
  }

  private async guarded<Answer>(
    caller: Caller,
    path: string,
    owner: string | undefined,
    write: (allowed: Allowed) => Promise<Answer>,
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const may = await this.access.requireWrite(caller, path, owner);
      try {
        return await write(byLinks(may));
      } catch (error) {
        if (!(error instanceof LinkedMeanwhile) || attempt === ATTEMPTS) throw error;
      }
    }
  }
}
