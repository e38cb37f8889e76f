import { describe, expect, it } from '@jest/globals';
import { encodeMessage, openMessage } from '@app/streams/codec/format-v1.js';
import { asRead, fieldsOf, FORMAT_EXAMPLES } from '../format-examples.js';
import { drain, PAGE, type LogContract } from './contract-context.js';

export const format = ({ join, freshSubject }: LogContract): void => {
  describe('a message of every kind', () => {
    it.each(Object.keys(FORMAT_EXAMPLES))(
      'comes back as it was written, whichever way it is read: %s',
      async (name) => {
        const { log, backend } = await join();
        const example = FORMAT_EXAMPLES[name];
        if (!example) throw new Error(name);
        const subject = freshSubject();
        const cursor = log.cursor(await log.barrier());
        const seq = await backend.publish(subject, encodeMessage(example.draft), 0);
        const fed = await drain(cursor, ({ length }) => length > 0);
        const read = [
          await backend.get(seq),
          await backend.last(subject),
          ...(await backend.readSubject(subject, 1, PAGE)),
        ];
        const messages = [...fed, ...read.map((raw) => raw && openMessage(raw))];
        expect(messages).toHaveLength(4);
        for (const message of messages) expect(fieldsOf(message ?? {})).toEqual(asRead({ ...example, subject, seq }));
        cursor.close();
      },
    );
  });
};
