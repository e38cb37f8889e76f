import { evolveEntityType, type RegisteredEntityType } from '@app/domain/entity-type/entity-type.state.js';
import type { EntityTypeDocument } from '@app/domain/entity-type/entity-type.document.js';
import type { LogMessage } from '@app/streams';
import { typeItems } from './entity-type-aggregate.js';

/** A type as it was registered or amended by the message `seq` of the registry. */
export interface RegisteredType extends RegisteredEntityType {
  readonly seq: number;
}

interface Entry {
  current: RegisteredType | undefined;
  /** Every revision there ever was: entities keep to the schemas they were spawned with. */
  readonly revisions: Map<string, EntityTypeDocument>;
}

// Two amendments may share one message, and the revision starts again after a deletion.
const revisionKey = (seq: number, revision: number): string => `${String(seq)}.${String(revision)}`;

/** All entity types, folded from the messages of the registry; keyed by subject. */
export class TypeFold {
  private readonly entries = new Map<string, Entry>();

  apply(message: LogMessage): void {
    for (const item of typeItems(message)) {
      const entry = this.entry(message.subject);
      const state = evolveEntityType(entry.current, item);
      entry.current = state && { ...state, seq: message.seq };
      if (state) entry.revisions.set(revisionKey(message.seq, state.document.revision), state.document);
    }
  }

  current(subject: string): RegisteredType | undefined {
    return this.entries.get(subject)?.current;
  }

  revision(subject: string, seq: number, revision: number): EntityTypeDocument | undefined {
    return this.entries.get(subject)?.revisions.get(revisionKey(seq, revision));
  }

  /** Ordered by name. `prefix` of the subjects of one tenant. */
  list(prefix: string): readonly RegisteredType[] {
    return [...this.entries]
      .filter(([subject]) => subject.startsWith(prefix))
      .flatMap(([, { current }]) => current ?? [])
      .sort((a, b) => (a.document.name < b.document.name ? -1 : 1));
  }

  private entry(subject: string): Entry {
    const known = this.entries.get(subject);
    if (known) return known;
    const made: Entry = { current: undefined, revisions: new Map() };
    this.entries.set(subject, made);
    return made;
  }
}
