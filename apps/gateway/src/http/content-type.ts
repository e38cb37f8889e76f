import type { GatewayRouteConfig } from './route-config.js';
import type { GatewayRequest } from './request.js';

/** What the framework is told of a body that the route reads as it comes. */
export const UNPARSED_TYPE = 'application/x-unparsed';
/** And of any other: whose parser is known by its name is found at once. */
export const COLLECTED_TYPE = 'application/x-collected';

const hasBody = ({ headers }: GatewayRequest): boolean => {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
};

/**
 * Keeps the content type from the framework, which answers 415 to one it cannot parse; the contract does not ask for the
 * header at all. Not deleted: that would make every later look at the headers a slow one.
 */
export const hideContentType = (request: GatewayRequest): void => {
  request.sentContentType = request.headers['content-type'];
  const { limit } = request.routeOptions.config as GatewayRouteConfig;
  const told = hasBody(request) ? COLLECTED_TYPE : undefined;
  request.raw.headers['content-type'] = limit === 'attachment' ? UNPARSED_TYPE : told;
};
