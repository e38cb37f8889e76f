import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what one test file makes and the others of this run copy; the workers know it by their environment. */
export default () => {
  process.env.REVEILLE_TEST_TEMPLATES ??= mkdtempSync(join(tmpdir(), 'reveille-templates-'));
};
