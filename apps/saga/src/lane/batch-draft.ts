import {
  evaluateWakes,
  evolveWaiters,
  factsOf,
  NOBODY,
  sourceAt,
  wakeItem,
  type FinishedChild,
  type SourceUnit,
  type WakeOutput,
} from '@app/domain';
import type { LaneMessage } from '@app/read-model';
import type { Log } from '@app/streams';
import { wakeId, type OwedWake } from '../owed-wake.js';
import type { FinishedChildren } from './finished-child.js';
import { Ignored } from './ignored.js';
import { interested, sourceKey, type LaneMemory, type SourceState } from './lane-memory.js';
import { NO_TEXTS, wantsTexts, withItems, withoutRun } from './run-texts.js';
import { sourceUnits } from './source-units.js';

type Deliver = Extract<WakeOutput, { kind: 'deliver' }>;

const isWaitFact = ({ type }: { readonly type: string }): boolean => type === 'registered' || type === 'unregistered';

/** What one batch of messages means, on top of the committed memory, which it never changes. */
export class BatchDraft {
  /** Sources whose state is no longer the committed one. */
  readonly sources = new Map<string, SourceState>();
  readonly wakes: OwedWake[] = [];
  readonly ignored = new Ignored();

  constructor(
    private readonly memory: LaneMemory,
    private readonly log: Log,
    private readonly children: FinishedChildren,
  ) {}

  async take(input: LaneMessage): Promise<void> {
    const { address, message, lane } = input;
    if (address.kind !== 'stream' && address.kind !== 'waiters') return;
    const key = sourceKey(address);
    const known = this.sources.get(key) ?? this.memory.get(key);
    const factsAboutWaiting = message.events.some(isWaitFact);
    if (!factsAboutWaiting && !known?.waiters.length) return;

    const before = known ?? { tenant: address.tenant, path: address.path, lane, waiters: NOBODY };
    // From the first message on, everything the runs of this source will say passes by here.
    const first = address.kind === 'stream' && message.kind === 'commit' && message.prev === 0;
    let state = first ? { ...before, runs: NO_TEXTS } : before;
    const withPublicItems = factsAboutWaiting || interested(state, message.types);
    if (!withPublicItems && !message.state.closed) return;
    const firstOrdinal = this.wakes.length;
    for (const unit of await sourceUnits(this.log, message, withPublicItems))
      state = await this.takeUnit(state, unit, input, firstOrdinal);
    if (state !== before) this.sources.set(key, wantsTexts(state.waiters) ? state : { ...state, runs: undefined });
  }

  private async takeUnit(
    before: SourceState,
    unit: SourceUnit,
    input: LaneMessage,
    firstOrdinal: number,
  ): Promise<SourceState> {
    let { waiters, runs } = before;
    if (runs && unit.items.length > 0) runs = withItems(runs, unit.items);
    const finished = new Set<string>();
    for (const fact of factsOf(unit, sourceAt(before.path)?.kind)) {
      for (const output of evaluateWakes(waiters, fact)) {
        if (output.kind === 'ignore') {
          this.ignored.add(before, output, unit.seq);
          continue;
        }
        const ordinal = this.wakes.length - firstOrdinal;
        this.wakes.push(await this.freeze(output, { ...before, runs }, input, ordinal));
        if (output.run) finished.add(output.run.key);
      }
      waiters = evolveWaiters(waiters, fact);
    }
    for (const run of finished) runs = runs && withoutRun(runs, run);
    return waiters === before.waiters && runs === before.runs ? before : { ...before, waiters, runs };
  }

  /** From here on the wake's content is fixed. */
  private async freeze(output: Deliver, state: SourceState, input: LaneMessage, ordinal: number): Promise<OwedWake> {
    const { registration, cause, change } = output;
    const { data, seq } = registration;
    const item = wakeItem({
      registration: seq,
      srcId: `${cause.offset}-${cause.index}`,
      timestamp: cause.at,
      source: data.source,
      timeout: false,
      changes: [change],
      finishedChild: await this.finishedChild(output, state, input),
    });
    return {
      id: wakeId(registration, cause),
      lane: state.lane,
      tenant: state.tenant,
      subscriber: data.subscriber,
      source: state.path,
      key: data.key,
      activated: seq,
      cause: cause.seq,
      ordinal,
      content: JSON.stringify(item),
    };
  }

  private async finishedChild(
    { registration, run, cause }: Deliver,
    { path, runs }: SourceState,
    { message }: LaneMessage,
  ): Promise<FinishedChild | undefined> {
    const source = sourceAt(path);
    if (!run || source?.kind !== 'entity') return undefined;
    return this.children.of(registration, run, {
      subject: message.subject,
      source,
      message,
      offset: cause.offset,
      runs,
    });
  }
}
