import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };
import type { FrontDoor } from '../conformance/front-door.ts';
import { faultsOf } from '../conformance/output-shape.ts';
import { answerOf } from '../conformance/wire.ts';
import type { FuzzRequest } from './requests.ts';

/** What came of a request. `wrong`: why it may not be so. */
export interface Tried {
  readonly status: number;
  readonly milliseconds: number;
  readonly wrong: readonly string[];
}

const outputs = model.operations as unknown as Readonly<Record<string, { output: string | null }>>;
const slow = 5000;

/** Sends a request: a fault, a body that is not of its protocol, an output that is not of its shape and slowness are wrong. */
export async function tryRequest(door: FrontDoor, request: FuzzRequest): Promise<Tried> {
  const begin = performance.now();
  try {
    const result = await door[request.door](request.event);
    const milliseconds = performance.now() - begin;
    const { statusCode: status = 0 } = result;
    const wrong = [
      ...(status >= 200 && status < 500 ? [] : [`status ${status}`]),
      ...(milliseconds > slow ? [`took ${Math.round(milliseconds)} ms`] : []),
      ...(request.door === 'api' ? bodyFaults(result) : []),
    ];
    return { status, milliseconds, wrong };
  } catch (error) {
    return { status: 0, milliseconds: performance.now() - begin, wrong: [`threw ${(error as Error).stack}`] };
  }

  function bodyFaults(result: Parameters<typeof answerOf>[0]): readonly string[] {
    const answer = answerOf(result);
    const protocol = answer.contentType === 'application/cbor' ? 'CBOR' : 'JSON';
    const operation = request.event.pathParameters?.['operation'] ?? request.operation;
    if (answer.status !== 200) return typeof answer.value === 'object' ? [] : ['its error is no object'];
    return faultsOf(outputs[operation]?.output ?? null, answer.value, protocol);
  }
}
