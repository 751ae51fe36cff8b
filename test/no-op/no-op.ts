import type { Provider } from '../../functions/actions/provider.ts';
import type { ActionType } from '../../functions/domain/action-type.ts';
import { Failure } from '../../functions/engine/work.ts';

const properties = [
  { name: 'Fail', required: false, description: 'Fail with this message.' },
  { name: 'Value', required: false, description: 'The value of the output variable Value.' },
  { name: 'Bytes', required: false, description: 'How many bytes the output variables have in all.' },
  { name: 'Secret', required: false, secret: true, description: 'A value that nobody is to see.' },
];
const none = { minimum: 0, maximum: 0 };

/** A source that finds nothing: pipelines of tests begin with it. */
export const noOpSource: ActionType = {
  id: { category: 'Source', owner: 'AWS', provider: 'NoOp', version: '1' },
  class: 'approval',
  properties,
  inputArtifacts: none,
  outputArtifacts: none,
  timeoutInMinutes: 60,
};

/** An action that does nothing. */
export const noOpInvoke: ActionType = { ...noOpSource, id: { ...noOpSource.id, category: 'Invoke' } };

/** The provider of tests: it is done at once. */
export const noOp: Provider = {
  types: [noOpSource, noOpInvoke],
  startClass: 'token',
  async start({ configuration }) {
    if (configuration['Fail'] !== undefined) throw new Failure('JobFailed', configuration['Fail']);
    const { Value, Bytes } = configuration;
    const outputVariables = {
      ...(Value === undefined ? {} : { Value }),
      ...(Bytes === undefined ? {} : { Long: 'x'.repeat(Number(Bytes) - 'Long'.length) }),
    };
    return { status: 'Succeeded', outputs: [], outputVariables };
  },
};
