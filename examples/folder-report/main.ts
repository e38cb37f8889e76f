/*
 * Reports on the text files of a folder: folder-report <folder> [name of the report]
 * Killed and started again, it goes on where it was. REVEILLE_URL says where Reveille is, PACE_MS how slowly the readers write.
 */
import { folderReport } from './folder-report.js';

const [folder, name] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: folder-report <folder> [name]');
  process.exit(64);
}

const { REVEILLE_URL = 'http://127.0.0.1:4437', PACE_MS = '30' } = process.env;
try {
  const { text } = await folderReport({
    url: REVEILLE_URL,
    folder,
    name,
    paceMs: Number(PACE_MS),
    say: (line) => {
      console.error(line);
    },
  });
  console.log(`\n${text}`);
} catch (error) {
  console.error(`the report is not finished: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
