/** A policy's statement as JSON. */
export type Statement = Readonly<Record<string, unknown>>;

/** What to do about a thing that is missing: a statement, and where it goes; or a command or another sentence. */
export type Remedy =
  | { readonly where: string; readonly statement: Statement | readonly Statement[] }
  | { readonly do: string };

/** What came of looking at one thing. `what` names the thing as it is to be. */
export type Finding =
  | { readonly status: 'ok'; readonly what: string }
  | { readonly status: 'MISSING'; readonly what: string; readonly why: string; readonly remedy: Remedy }
  | { readonly status: 'not checked'; readonly what: string; readonly why: string };

/** A thing cannot be looked at: not the thing's fault. */
export class CannotLook extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotLook';
  }
}

export const ok = (what: string): Finding => ({ status: 'ok', what });

export const missing = (what: string, why: string, remedy: Remedy): Finding => ({
  status: 'MISSING',
  what,
  why,
  remedy,
});

export const notChecked = (what: string, why: string): Finding => ({ status: 'not checked', what, why });

/** Looks at a thing. What AWS refuses to the caller, or cannot answer, is not checked; any other error is ours. */
export async function lookingAt(
  what: string,
  look: () => Promise<Finding | readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [notChecked(what, whyNot(error))];
  }
}

/** Why an error of AWS kept something from being looked at; throws any other. */
export function whyNot(error: unknown): string {
  const isAnswer = error instanceof CannotLook || (error instanceof Error && '$metadata' in error);
  if (!isAnswer) throw error;
  const { name, message, code, $metadata } = error as AwsError;
  if (code !== undefined && $metadata?.httpStatusCode === undefined) return `nobody answers: ${message || code}`;
  // An answer to HEAD has no body: nothing but its status is known.
  if (message === '' || message === 'UnknownError') return `the answer is HTTP ${$metadata?.httpStatusCode}`;
  return name === 'CannotLook' || message.startsWith(name) ? message : `${name}: ${message}`;
}

/** An error as a sentence for who asked. */
export function saying(error: Error): string {
  if ('$metadata' in error) return whyNot(error);
  const { name, message } = error;
  return name === 'CannotLook' || name === 'Error' ? message : `${name}: ${message}`;
}

/** An error of the SDK; with a code where it is the network's. */
type AwsError = Error & { readonly code?: string; readonly $metadata?: { readonly httpStatusCode?: number } };
