/** A call that changes something: who asked for what, on what, from where, when. */
export interface Call {
  /** When it came. */
  readonly time: number;
  /** The request's id, as the answer names it; of a push that starts several pipelines with a number each. */
  readonly requestId: string;
  /** ARN of the caller; `email-link` for an approval mail's link, `webhook/<name>` for a request to a webhook (v1), with the connection's id for a push; ARN of a rule; `sweeper`. */
  readonly caller: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** CodePipeline's name of what was asked for, also where no API call asked. */
  readonly operation: string;
  /** What it is about: `pipeline/stage/action` as far as it is named, a job's or webhook's name, or an ARN. */
  readonly resource: string;
  /** What of the input is worth telling; never a configuration, variable or token. */
  readonly input: Told;
}

/** Members by their path, such as `result.status`. */
export type Told = Readonly<Record<string, string | number | boolean>>;

/** How a call ended. Neither: it was begun, and whoever carried it out did not live to say more. */
export type Ending =
  | { readonly result: 'Succeeded'; readonly output: Told }
  | { readonly result: 'Failed'; readonly errorCode: string };

/** A call as it is recorded: before it is carried out, and again with its ending. */
export type AuditRecord = Call & (Ending | { readonly result?: undefined });

const longest = 256;

/**
 * The members of a value at the paths; what is no text, number or truth value is left out, and a long text is cut. The value may be
 * of any shape: what was refused is told too. Numbers that the table does not hold exactly are told as text.
 */
export function tell(value: unknown, paths: readonly string[]): Told {
  return Object.fromEntries(
    paths.flatMap((path) => {
      const found = at(value, path.split('.'));
      return isPlain(found) ? [[path, kept(found)] as const] : [];
    }),
  );
}

/** What a call is about: the texts at the paths, joined. */
export function resourceOf(input: unknown, paths: readonly string[]): string {
  return Object.values(tell(input, paths)).join('/');
}

function at(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return at((value as Readonly<Record<string, unknown>>)[name], rest);
}

function kept(value: string | number | boolean): string | number | boolean {
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return value;
  return String(value).slice(0, longest).toWellFormed();
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
