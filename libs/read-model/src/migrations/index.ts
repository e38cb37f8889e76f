import { Lanes } from './0001-lanes.js';
import { Views } from './0002-views.js';

/** In order. Applied migrations are never edited; add another one. */
export const migrations = [Lanes, Views];
