import { ERRORS, type ErrorEntry } from './error-catalogue.js';

const row = ([name, entry]: [string, ErrorEntry]): string =>
  `| \`${entry.wire ?? name}\` | ${String(entry.status)} | ${entry.title} |${entry.retry === undefined ? '' : ' yes'} |`;

/** The text of docs/reference/errors.md. */
export const errorsMarkdown = (): string => {
  const entries = Object.entries<ErrorEntry>(ERRORS).sort(
    ([a, left], [b, right]) => left.status - right.status || a.localeCompare(b),
  );
  return [
    '# Errors',
    '',
    'Generated from the error catalogue; do not edit. Every error is `{"error":{"code","message","details"?}}`;',
    'messages are free text, codes and statuses are the contract.',
    '',
    '| code | status | meaning | Retry-After |',
    '| --- | --- | --- | --- |',
    ...entries.map(row),
    '',
  ].join('\n');
};
