/* Writes the generated pages of docs/reference: node dist/apps/gateway/src/docs/write-reference.js, in the repository. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { referencePages } from './reference.js';

for (const [name, text] of await referencePages()) await writeFile(join('docs', 'reference', name), text);
