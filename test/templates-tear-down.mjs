import { rmSync } from 'node:fs';

export default () => {
  rmSync(process.env.REVEILLE_TEST_TEMPLATES, { recursive: true, force: true });
};
