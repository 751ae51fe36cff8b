import { type Resource, ServiceError } from '../../service.ts';

/** Refuses properties that would be ignored. `others`: those of a resource, or of something in it, that were not read. */
export function refuseOthers({ logicalId, type }: Resource, others: object | undefined, path = ''): void {
  const [name] = Object.keys(others ?? {});
  if (name === undefined) return;
  throw new ServiceError(
    'InvalidProperty',
    `${logicalId}: the local stack's ${type} has no property ${path}${name}. Set AWS_ENDPOINT_URL_S3 to use another endpoint.`,
  );
}
