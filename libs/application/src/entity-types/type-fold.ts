import {
  evolveEntityType,
  type EntityTypeState,
  type RegisteredEntityType,
} from '@app/domain/entity-type/entity-type.state.js';
import type { EntityTypeDocument } from '@app/domain/entity-type/entity-type.document.js';
import type { EntityTypeItem } from '@app/domain/entity-type/entity-type.items.js';
import type { LogMessage } from '@app/streams';
import { typeItems } from './entity-type-aggregate.js';
import type { RevisionPlace } from './old-revisions.js';

/** A type as it was registered or amended by the message `seq` of the registry. */
export interface RegisteredType extends RegisteredEntityType {
  readonly seq: number;
}

type Place = Pick<RevisionPlace, 'seq' | 'revision'>;

interface Entry {
  readonly type: RegisteredType;
  /** Message that said this revision first; what followed were grants. */
  readonly since: number;
  /** The last registration: from here on schemas were only added. */
  readonly registered: Place;
}

// Two amendments may share one message, and the revision starts again after a deletion.
const isBefore = (a: Place, b: Place): boolean => a.seq < b.seq || (a.seq === b.seq && a.revision < b.revision);

const placeOf = ({ type }: Entry): Place => ({ seq: type.seq, revision: type.document.revision });

/** All entity types as they are, folded from the messages of the registry; keyed by subject. */
export class TypeFold {
  private readonly entries = new Map<string, Entry>();

  apply(message: LogMessage): void {
    const { subject, seq } = message;
    for (const item of typeItems(message)) {
      const before = this.entries.get(subject);
      const state = evolveEntityType(before?.type, item);
      if (state) this.entries.set(subject, after(before, state, item, seq));
      else this.entries.delete(subject);
    }
  }

  current(subject: string): RegisteredType | undefined {
    return this.entries.get(subject)?.type;
  }

  /** The type as it is, if it still is what it was at that place. */
  unchanged({ subject, seq, revision }: RevisionPlace): EntityTypeDocument | undefined {
    const entry = this.entries.get(subject);
    if (entry?.type.document.revision !== revision) return undefined;
    return entry.since <= seq && seq <= entry.type.seq ? entry.type.document : undefined;
  }

  /** Whether every schema of that place is still there, as it was. */
  onlyAmended(place: RevisionPlace): boolean {
    const entry = this.entries.get(place.subject);
    return entry !== undefined && !isBefore(place, entry.registered) && !isBefore(placeOf(entry), place);
  }

  /** Ordered by name. `prefix` of the subjects of one tenant. */
  list(prefix: string): readonly RegisteredType[] {
    return [...this.entries]
      .filter(([subject]) => subject.startsWith(prefix))
      .map(([, { type }]) => type)
      .sort((a, b) => (a.document.name < b.document.name ? -1 : 1));
  }
}

const after = (
  before: Entry | undefined,
  state: NonNullable<EntityTypeState>,
  item: EntityTypeItem,
  seq: number,
): Entry => {
  const { revision } = state.document;
  const same = before?.type.document.revision === revision ? before : undefined;
  return {
    // A grant says the same document again; whoever knows it by its identity finds it unchanged.
    type: { ...state, document: same?.type.document ?? state.document, seq },
    since: same?.since ?? seq,
    registered: before && item.type !== 'entity_type_registered' ? before.registered : { seq, revision },
  };
};
