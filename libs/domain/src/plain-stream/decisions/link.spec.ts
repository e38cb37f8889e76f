import { describe, expect, it } from '@jest/globals';
import { NOW } from '@app/testing/entity-examples.js';
import type { PlainStreamEvent } from '../plain-stream.events.js';
import { evolvePlainStream } from '../plain-stream.evolve.js';
import { plainSnapshot, restorePlainStream } from '../plain-stream.snapshot.js';
import { absentStream, linksOf, type PlainStream } from '../plain-stream.state.js';
import { linking, MAX_LINKS } from './link.js';

const created: PlainStreamEvent = { type: 'created', data: { at: NOW } };
const linked = (entity: string): PlainStreamEvent => ({ type: 'linked', data: { entity, at: NOW } });
const after = (...events: readonly PlainStreamEvent[]): PlainStream => events.reduce(evolvePlainStream, absentStream);
const write = { units: [{ items: [], events: [created], asSent: true as const }], result: 'written' };

describe('a link of a shared state', () => {
  it('is part of the write that brings it about', () => {
    const decided = linking(
      absentStream,
      { ...write, begins: { contentType: 'x/y' } },
      { entity: '/chat/1', now: NOW },
    );
    expect(decided.units).toEqual([{ items: [], events: [created, linked('/chat/1')], asSent: true }]);
    expect(linksOf(after(created, linked('/chat/1')))).toEqual(['/chat/1']);
  });
  it('is written alone when there is nothing else to write', () => {
    const decided = linking(after(created), { units: [], result: 'exists' }, { entity: '/chat/1', now: NOW });
    expect(decided).toEqual({ units: [{ items: [], events: [linked('/chat/1')] }], result: 'exists' });
  });
  it('that is there is not written again', () => {
    const state = after(created, linked('/chat/1'));
    expect(linking(state, write, { entity: '/chat/1', now: NOW })).toBe(write);
  });
  it('is one of several, which are kept', () => {
    const state = after(created, linked('/chat/1'), linked('/chat/2'), linked('/chat/1'));
    expect(linksOf(state)).toEqual(['/chat/2', '/chat/1']);
    const { hot, cold } = plainSnapshot(state);
    expect(linksOf(restorePlainStream(hot, cold))).toEqual(linksOf(state));
    const reference = { id: 'r', fork: 'f', at: NOW };
    const referenced = [
      { type: 'referenced', data: reference },
      { type: 'unreferenced', data: { id: 'r' } },
    ] as const;
    expect(linksOf(referenced.reduce(evolvePlainStream, state))).toEqual(linksOf(state));
  });
  it('is refused when there are too many', () => {
    const state = after(created, ...Array.from({ length: MAX_LINKS }, (_, n) => linked(`/chat/${String(n)}`)));
    expect(() => linking(state, write, { entity: '/chat/x', now: NOW })).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST' }),
    );
  });
});
