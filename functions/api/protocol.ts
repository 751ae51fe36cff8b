import type { Refusal } from '../domain/refusal.ts';

/** An answer of the API, before it goes out. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const headers = { 'content-type': 'application/x-amz-json-1.1' };

/** The answer of JSON 1.1; no output is an empty object. */
export function answer(output: object | undefined): Answer {
  return { status: 200, headers, body: JSON.stringify(output ?? {}) };
}

/** An error of JSON 1.1. CodePipeline's model gives ConflictException 409, every other 400. */
export function refuse({ code, message }: Refusal): Answer {
  const status = code === 'ConflictException' ? 409 : 400;
  return { status, headers: { ...headers, 'x-amzn-errortype': code }, body: JSON.stringify({ __type: code, message }) };
}
