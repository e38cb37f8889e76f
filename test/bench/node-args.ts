import { readFileSync } from 'node:fs';

const PACKAGE = new URL('../../../package.json', import.meta.url);

/** Arguments of node with which `npm start`, or `npm run start:<app>`, runs an app: what is measured is what users start. */
export const nodeArgsOf = (app: string): readonly string[] => {
  const { scripts } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const script = scripts[app === 'standalone' ? 'start' : `start:${app}`] ?? '';
  return script.split(' ').filter((part) => part.startsWith('--'));
};
