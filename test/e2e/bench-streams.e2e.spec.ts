import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const START = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const PATIENCE_MS = 300_000;
const TINY = ['--scale', '0.01', '--seconds', '0.2', '--rounds', '1'];

interface Report {
  readonly rows: readonly {
    readonly scenario: string;
    readonly server: string;
    readonly figures: Readonly<Record<string, number>>;
  }[];
}

it(
  'the benchmark of streams measures both servers and loses nothing, however small it is made',
  async () => {
    const args = [START, 'bench:streams', ...TINY, '--only', 'read,burst,sse'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { rows } = JSON.parse(stdout) as Report;
    expect(rows.map(({ scenario, server }) => `${scenario}: ${server}`)).toEqual(
      expect.arrayContaining(
        ['read small', 'read large', 'burst', 'sse'].flatMap((name) => [`${name}: reveille`, `${name}: peer memory`]),
      ),
    );
    for (const { figures } of rows)
      expect({ errors: figures['errors'], lost: figures['lost'] ?? 0 }).toEqual({ errors: 0, lost: 0 });
  },
  PATIENCE_MS,
);
