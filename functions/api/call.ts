import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Call, resourceOf, tell } from '../domain/audit.ts';
import { Refusal } from '../domain/refusal.ts';
import { audited, auditRefused, telling } from '../engine/audit.ts';
import { originOf } from '../lambda/origin.ts';
import { changing } from './changing.ts';
import type { Request } from './route.ts';

/** Who calls, from where and when. */
export type Caller = Omit<Call, 'operation' | 'resource' | 'input'>;

const unknownCaller = 'anonymous';

/** Who makes a request: the ARN by which IAM let it pass. */
export function callerOf(event: APIGatewayProxyEventV2, now: number, requestId: string): Caller {
  const { authorizer } = event.requestContext as { authorizer?: { iam?: { userArn?: string } } };
  return { time: now, requestId, caller: authorizer?.iam?.userArn ?? unknownCaller, ...originOf(event) };
}

/** Carries out a request; one that changes something is recorded before and after. */
export async function carryOut<Output>(caller: Caller, request: Request, work: () => Promise<Output>): Promise<Output> {
  const change = changeOf(caller, request.operation);
  if (!change) return work();
  const { handsOut, output = [] } = change;
  const told = telling(output);
  return audited(callOf(caller, request), work, (given) =>
    handsOut !== undefined && isEmpty(given, handsOut) ? undefined : told(given),
  );
}

/** Records that a request which would change something was refused before it was carried out. */
export async function refused(caller: Caller, request: Request, error: unknown): Promise<void> {
  if (error instanceof Refusal && changeOf(caller, request.operation))
    await auditRefused(callOf(caller, request), error);
}

/** Nobody pays for a record of what nobody signed. */
function changeOf({ caller }: Caller, operation: string) {
  return caller !== unknownCaller && Object.hasOwn(changing, operation) ? changing[operation] : undefined;
}

function callOf(caller: Caller, { operation, input }: Request): Call {
  const { resource = [], input: shown = [] } = changing[operation] ?? {};
  return { ...caller, operation, resource: resourceOf(input, resource), input: tell(input, shown) };
}

function isEmpty(output: unknown, list: string): boolean {
  const found = (output as Readonly<Record<string, unknown>> | undefined)?.[list];
  return !Array.isArray(found) || found.length === 0;
}
