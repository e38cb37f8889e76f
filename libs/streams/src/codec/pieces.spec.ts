import { describe, expect, it } from '@jest/globals';
import { openMessage, type StateDraft } from './format-v1.js';
import { encodeCommit, MESSAGE_BYTES, PIECE_BYTES, type CommitDraft } from './pieces.js';

const state: StateDraft = {
  incarnation: 3,
  contentType: 'text/plain',
  closed: false,
  tail: { seq: 7, pos: 0 },
  producers: [],
  hot: { n: 1 },
  coldAt: 3,
};

const draft = (content: readonly Uint8Array[], more: Partial<CommitDraft> = {}): CommitDraft => ({
  message: {
    kind: 'commit',
    prev: 7,
    units: [{ id: 'u', count: 1 }],
    events: [{ unit: 0, type: 'e', data: 1 }],
    types: ['t'],
    state: { ...state, tail: 'self', hot: { n: 2 }, closed: true },
    cold: 'cold',
  },
  content,
  before: () => state,
  born: false,
  ...more,
});

const FIRST = 8;
const stored = (commit: CommitDraft) =>
  encodeCommit(commit).map(({ headers, payload }, index) =>
    openMessage({ subject: 's', seq: FIRST + index, time: 0, headers: Object.fromEntries(headers), payload }),
  );

describe('a commit', () => {
  it('that fits is one message', () => {
    const [message, ...others] = stored(draft([Buffer.alloc(MESSAGE_BYTES - 1), Buffer.from('x')]));
    expect(others).toEqual([]);
    expect(message?.kind).toBe('commit');
    expect(message?.payload).toHaveLength(MESSAGE_BYTES);
  });

  it('that does not fit is cut, and the bytes are the same in the same order', () => {
    const parts = [1, PIECE_BYTES - 2, 0, 3 * PIECE_BYTES + 5, 1, 5 * PIECE_BYTES].map((length, index) =>
      Buffer.alloc(length, index + 1),
    );
    const messages = stored(draft(parts));
    expect(Buffer.compare(Buffer.concat(messages.map(({ payload }) => payload)), Buffer.concat(parts))).toBe(0);
    const sizes = messages.map(({ payload }) => payload.length);
    expect(new Set(sizes.slice(0, -1))).toEqual(new Set([PIECE_BYTES]));
    expect(messages.map(({ piece }) => piece)).toEqual(
      messages.map((_, index) => ({ index: index + 1, total: messages.length })),
    );
  });

  it('happens with its last piece: until there nothing has changed', () => {
    const messages = stored(draft([Buffer.alloc(MESSAGE_BYTES + 1)]));
    const last = messages.pop();
    for (const { prev, units, events, types, cold, state: told } of messages) {
      expect({ prev, units, events, types, cold }).toEqual({
        prev: 7,
        units: [],
        events: [],
        types: ['t'],
        cold: undefined,
      });
      expect(told).toMatchObject({ closed: false, tail: { seq: 7, pos: 0 }, hot: { n: 1 }, incarnation: 3, coldAt: 3 });
    }
    expect(last).toMatchObject({ prev: 7, units: [{ id: 'u' }], events: [{ type: 'e' }], cold: 'cold' });
    expect(last?.state).toMatchObject({ closed: true, tail: { seq: last?.seq, pos: 0 }, hot: { n: 2 } });
  });

  it('that begins a life names it by its first piece, in every piece', () => {
    const lineage = { subject: 'source', incarnation: 1, cut: { seq: 2, pos: 0 } };
    const { message } = draft([]);
    const messages = stored(
      draft([Buffer.alloc(MESSAGE_BYTES + 1)], {
        message: { ...message, kind: 'fork', lineage, state: { ...message.state, incarnation: 0, coldAt: 0 } },
        born: true,
      }),
    );
    expect(new Set(messages.map((each) => each.state.incarnation))).toEqual(new Set([FIRST]));
    expect(messages.map((each) => each.lineage)).toEqual(messages.map(() => lineage));
    expect(messages.at(-1)?.state.coldAt).toBe(messages.at(-1)?.seq);
  });

  it('of several units that have content is not cut', () => {
    const { message } = draft([]);
    const units = [
      { id: 'a', count: 1 },
      { id: 'b', count: 1 },
    ];
    expect(() => encodeCommit(draft([Buffer.alloc(MESSAGE_BYTES + 1)], { message: { ...message, units } }))).toThrow(
      'one message',
    );
  });
});
