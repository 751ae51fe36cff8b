import { ServiceError } from '../service.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: AWS names them among what a name may not hold.
const name = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]{1,80}$/;

/** Refuses, with InvalidName, what cannot name a state machine or an execution (StartExecution, name). */
export function checkName(given: string): void {
  if (!name.test(given)) throw new ServiceError('InvalidName', `Invalid Name: '${given.slice(0, 100)}'`);
}
