import type { BodyLimit } from '@app/contracts';

/** Route configuration of this gateway, set with `@RouteConfig({ limit: 'send' })`. */
export interface GatewayRouteConfig {
  readonly limit?: BodyLimit;
  /** Its acknowledgement names the durability class. */
  readonly writes?: boolean;
}
