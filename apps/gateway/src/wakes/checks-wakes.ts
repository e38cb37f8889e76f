import type { Mode } from '@app/platform';
import { rawSegments } from '../http/raw-path.js';

/** Clients of old register wakes for anybody; they still may in development, under the old prefix. */
export const checksWakes = (mode: Mode, url: string | undefined): boolean =>
  mode === 'production' || rawSegments(url ?? '/')[0] === 'v1';
