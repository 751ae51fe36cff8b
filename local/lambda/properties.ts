import { type Resource, ServiceError } from '../service.ts';

/** Refuses a resource with a property that is not among `known`: what would be ignored is said, not hidden. */
export function refuseOthers({ logicalId, type, properties }: Resource, known: readonly string[]): void {
  for (const name of Object.keys(properties)) {
    if (!known.includes(name)) throw invalid(logicalId, `The local stack has no property ${name} of ${type}.`);
  }
}

/** The error for a resource whose properties cannot be obeyed. */
export function invalid(logicalId: string, message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', `${logicalId}: ${message}`);
}

/** A whole number between `least` and `most`, or `otherwise` when the template has none. A number in a template may be text. */
export function whole(resource: Resource, name: string, least: number, most: number, otherwise: number): number {
  const given = resource.properties[name];
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(resource.logicalId, `${name} must be a whole number from ${least} to ${most}, not ${given}.`);
}

/** A boolean, which a template may give as text. */
export function flag(given: unknown, otherwise: boolean): boolean {
  return given === undefined ? otherwise : String(given) === 'true';
}
