const MAX_HEADINGS = 12;
const LONGEST_LINES = 3;
const SHOWN_CHARACTERS = 60;

interface Line {
  readonly number: number;
  readonly text: string;
}

const count = (n: number, thing: string): string => `${n.toLocaleString('en')} ${thing}${n === 1 ? '' : 's'}`;

// Characters, not UTF-16 units, and none that would move the cursor of a terminal.
const characters = (text: string): readonly string[] => [...text.replace(/\p{Cc}/gu, ' ')];

const shown = (text: string): string => {
  const all = characters(text.trim());
  return all.length <= SHOWN_CHARACTERS ? all.join('') : `${all.slice(0, SHOWN_CHARACTERS).join('')}…`;
};

const linesOf = (text: string): readonly Line[] => {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => ({ number: index + 1, text: line }));
};

/** Markdown headings; what looks like one inside a code block is none. */
const headingsOf = (lines: readonly Line[]): readonly Line[] => {
  let fence: string | undefined;
  return lines.filter(({ text }) => {
    const mark = /^ {0,3}(```|~~~)/.exec(text)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : fence === mark ? undefined : fence;
    return fence === undefined && mark === undefined && /^ {0,3}#{1,6}\s+\S/.test(text);
  });
};

const headingParts = (headings: readonly Line[]): readonly string[] => {
  if (headings.length === 0) return [];
  const more = headings.length - MAX_HEADINGS;
  return [
    'Headings:\n',
    ...headings.slice(0, MAX_HEADINGS).map(({ text }) => `- ${shown(text.replace(/^ *#+\s+/, ''))}\n`),
    ...(more > 0 ? [`- and ${String(more)} more\n`] : []),
  ];
};

const longestParts = (lines: readonly Line[]): readonly string[] => {
  const longest = lines
    .map((line) => ({ ...line, length: characters(line.text).length }))
    .filter(({ length }) => length > 0)
    .sort((a, b) => b.length - a.length || a.number - b.number)
    .slice(0, LONGEST_LINES);
  if (longest.length === 0) return [];
  return [
    'Longest lines:\n',
    ...longest.map(({ number, text, length }) => `- line ${String(number)} (${String(length)}): ${shown(text)}\n`),
  ];
};

/** What an agent without a model can say about a text: the parts of its answer, in order. The same text, the same parts. */
export const summarize = (text: string): readonly string[] => {
  const lines = linesOf(text);
  const words = text.split(/\s+/).filter((word) => word !== '').length;
  return [
    `${count(lines.length, 'line')}, ${count(words, 'word')}, ${count([...text].length, 'character')}.\n`,
    ...headingParts(headingsOf(lines)),
    ...longestParts(lines),
  ];
};
