import { VARIABLES } from './variables.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The Markdown table of the configuration reference. */
export const configurationTable = (): string =>
  [
    '| Variable | Default | Meaning |',
    '| --- | --- | --- |',
    ...Object.values(VARIABLES).map((v) => `| \`${v.name}\` | ${cell(v.default)} | ${cell(v.meaning)} |`),
    '',
  ].join('\n');
