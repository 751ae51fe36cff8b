import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };
import type { Case } from './cases.ts';
import { faultsOf } from './output-shape.ts';
import { errorOf, type ProtocolName, type WireAnswer } from './wire.ts';

const modelOperations = model.operations as Readonly<
  Record<string, { output: string | null; errors?: readonly string[] }>
>;
const contentTypes = { JSON: 'application/x-amz-json-1.1', CBOR: 'application/cbor' };
const aboutShape = /^\d+ validation errors? detected: (.*)$/s;

/** What is wrong with the answer to a case. None: it is as the model says. */
export function judge({ operation, expected }: Case, protocol: ProtocolName, answer: WireAnswer): readonly string[] {
  if (answer.contentType !== contentTypes[protocol]) return [`its content type is ${answer.contentType}`];
  if (expected.shape === 'broken')
    return [...refusal(answer, protocol, [expected.code]), ...isTold(answer, expected.code, expected.says)];
  if (answer.status === 200) return faultsOf(modelOperations[operation]?.output ?? null, answer.value, protocol);
  const { code, message } = errorOf(answer);
  const modelled = modelOperations[operation]?.errors ?? [];
  return [
    ...refusal(answer, protocol, [...modelled, ...beside(operation)]),
    ...(isAboutShape(operation, message) || code === 'SerializationException'
      ? [`its shape is refused: ${message}`]
      : []),
  ];
}

/** Codes that an operation answers with though its model has none of them: docs/differences.md. */
const besideModel: Readonly<Record<string, string>> = {
  CreateCustomActionType: 'ActionTypeAlreadyExistsException',
  UpdatePipeline: 'PipelineNotFoundException',
};
function beside(operation: string): readonly string[] {
  return besideModel[operation] === undefined ? [] : [besideModel[operation]];
}

/** Both register operations need the name that the model leaves free. */
function isAboutShape(operation: string, message: string): boolean {
  const needsName = /^(Reg|Dereg)isterWebhookWithThirdParty$/.test(operation);
  return aboutShape.test(message) && !(needsName && message.includes("Value at 'webhookName' failed"));
}

function refusal(answer: WireAnswer, protocol: ProtocolName, codes: readonly string[]): readonly string[] {
  const { code, message } = errorOf(answer);
  const raw = (answer.value as { __type?: unknown }).__type;
  const members = Object.keys(answer.value as object)
    .sort()
    .join();
  return [
    ...(codes.includes(code) ? [] : [`its code is ${code}, not of ${codes.join(', ')}: ${message}`]),
    ...(answer.status === (code === 'ConflictException' ? 409 : 400) ? [] : [`its status is ${answer.status}`]),
    ...(answer.errorType === code ? [] : [`its header says ${answer.errorType}`]),
    ...(members === '__type,message' ? [] : [`it has the members ${members}`]),
    ...(raw === (protocol === 'JSON' ? code : `com.amazonaws.codepipeline#${code}`) ? [] : [`its type is ${raw}`]),
    ...(message.length > 0 ? [] : ['it says nothing']),
  ];
}

function isTold(answer: WireAnswer, code: string, says: string): readonly string[] {
  const { message } = errorOf(answer);
  const told =
    code === 'ValidationException' ? `; ${aboutShape.exec(message)?.[1]}; `.includes(`; ${says}; `) : message === says;
  return told ? [] : [`it says '${message.slice(0, 300)}', not '${says}'`];
}
