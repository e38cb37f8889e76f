import { NotFoundException } from '@nestjs/common';
import { ApiError } from '@app/contracts';
import { classOfPath, isControlRoute, streamPath, type PathClass } from '@app/domain';
import { rawPath } from '../http/raw-path.js';

const PREFIX = '/v1/stream/';

// Streams below a root that is the server's own otherwise.
const SHARED_STATE = /^_electric\/shared-state\//;

export interface StreamTarget {
  /** Canonical. */
  readonly path: string;
  readonly class: Exclude<PathClass, 'control'>;
}

/** The stream a URL names, under either prefix. @throws NotFoundException for a route that does not exist */
export const targetOf = (url: string): StreamTarget => {
  const raw = rawPath(url);
  const prefixed = raw.startsWith(PREFIX);
  const sent = raw.slice(prefixed ? PREFIX.length : 1);
  if (!prefixed && isControlRoute(sent) && !SHARED_STATE.test(sent)) throw new NotFoundException();
  const path = streamPath(sent);
  const pathClass = classOfPath(path);
  if (pathClass === 'control') throw prefixed ? new ApiError('NOT_FOUND') : new NotFoundException();
  return { path, class: pathClass };
};
