import type { PhaseContext } from './build.ts';
import type { EndReason } from './queue.ts';

/** A phase failed, for a reason of the build's own: its context is what users see. */
export class PhaseFailure extends Error implements PhaseContext {
  override readonly name = 'PhaseFailure';
  readonly statusCode: string;

  constructor(statusCode: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
  }
}

/** The build was told to end. */
export class Ended extends Error {
  override readonly name = 'Ended';
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(`The build was ended: ${reason}.`);
    this.reason = reason;
  }
}

/** A `YAML_FILE_ERROR`: the buildspec cannot be found, read or understood. */
export function yamlError(message: string): PhaseFailure {
  return new PhaseFailure('YAML_FILE_ERROR', message);
}
