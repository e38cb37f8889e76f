import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../embedded-error.js';
import { runCommand } from '../run-command.js';
import { install, withWorkFolder, type NatsBinary } from './nats-cache.js';

interface Suite {
  readonly name: string;
  readonly component: string;
  readonly keyring: string;
}

/** The suite that always has the newest package, by `ID` of os-release. */
const SUITES: Readonly<Record<string, Suite>> = {
  debian: { name: 'sid', component: 'main', keyring: '/usr/share/keyrings/debian-archive-keyring.gpg' },
  ubuntu: { name: 'devel', component: 'universe', keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg' },
};

/**
 * Takes the server out of the distribution's own archive without installing anything: apt works on private folders,
 * checks the archive's signature, and the package is only unpacked. @throws Error with the reason.
 */
export const fetchDebianPackage = async (cache: string, progress: Progress): Promise<NatsBinary> => {
  const suite = SUITES[await distribution()];
  if (!suite) throw new Error('this is neither Debian nor Ubuntu');
  const archive = await archiveAddress();
  return withWorkFolder(cache, async (work) => {
    const config = await privateApt(work, archive, suite);
    progress(`fetching nats-server from the ${suite.name} suite of the distribution (nothing is installed)`);
    await runCommand('apt-get', ['-c', config, 'update'], { cwd: work, timeoutMs: 120_000 });
    await runCommand('apt-get', ['-c', config, 'download', 'nats-server'], { cwd: work, timeoutMs: 120_000 });
    const packageFile = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (!packageFile) throw new Error('apt-get left no package');
    await runCommand('dpkg-deb', ['-x', packageFile, 'unpacked'], { cwd: work, timeoutMs: 60_000 });
    return install(cache, await binaryIn(join(work, 'unpacked')), work);
  });
};

const distribution = async (): Promise<string> => {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID="?([a-z]+)"?$/m.exec(release)?.[1] ?? '';
};

// The address the system itself is configured with: a mirror or proxy keeps working.
const archiveAddress = async (): Promise<string> => {
  const args = ['indextargets', '--no-release-info', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const addresses = (await runCommand('apt-get', args, { timeoutMs: 10_000 })).split('\n').filter(Boolean);
  const main = addresses.find((address) => /\/(debian|ubuntu)\/?$/.test(address)) ?? addresses[0];
  if (!main) throw new Error('apt has no archive configured');
  return main;
};

const privateApt = async (work: string, archive: string, { name, component, keyring }: Suite): Promise<string> => {
  await mkdir(join(work, 'state/lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  const sources = join(work, 'sources.list');
  await writeFile(sources, `deb [signed-by=${keyring}] ${archive} ${name} ${component}\n`);
  const config = join(work, 'apt.conf');
  const lines = [
    `Dir::State "${work}/state";`,
    'Dir::State::status "/dev/null";',
    `Dir::Cache "${work}/cache";`,
    `Dir::Etc::sourcelist "${sources}";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'Acquire::Languages "none";',
    'Acquire::Retries "1";',
    // apt's sandbox user cannot write our private folder.
    ...(process.getuid?.() === 0 ? ['APT::Sandbox::User "root";'] : []),
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  return config;
};

const binaryIn = async (root: string): Promise<string> => {
  for (const folder of ['usr/sbin', 'usr/bin']) {
    const names = await readdir(join(root, folder)).catch((): string[] => []);
    if (names.includes('nats-server')) return join(root, folder, 'nats-server');
  }
  throw new Error('the package has no nats-server');
};
