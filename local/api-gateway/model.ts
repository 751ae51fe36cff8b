import type { AccessLog } from './access-log.ts';
import type { Cors } from './cors.ts';
import type { RoutePattern } from './routes.ts';
import type { Throttle } from './throttle.ts';

/** A function behind routes. */
export interface Integration {
  readonly functionArn: string;
  /** Milliseconds until API Gateway gives up. */
  readonly timeout: number;
}

export interface Route {
  /** The resource that made it. */
  readonly logicalId: string;
  readonly routeKey: string;
  readonly pattern: RoutePattern;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly integrationId: string;
}

export interface Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly accessLog: AccessLog | undefined;
  /** The throttle of a route on this stage. */
  throttle(routeKey: string): Throttle | undefined;
}

/** The HTTP API of the template. */
export interface Api {
  readonly id: string;
  readonly cors: Cors | undefined;
  readonly endpointDisabled: boolean;
  readonly stages: Map<string, Stage>;
  /** By route key. */
  readonly routes: Map<string, Route>;
  readonly integrations: Map<string, Integration>;
}
