import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDefinition } from '../../../local/step-functions/read-definition.ts';
import { definitionOf, plainTask, waitingTask } from './asl.ts';

const End = { Type: 'Succeed' };
const one = (state: object) => definitionOf({ A: state, End });
const retrying = (retrier: object) => one(waitingTask({}, { Retry: [retrier], End: true }));
const all = ['States.ALL'];

describe('a definition', () => {
  it('is read, that of a pipeline run among them', () => {
    const text = readFileSync(new URL('../../../statemachines/pipeline-run.asl.json', import.meta.url), 'utf8');

    expect(readDefinition(text.replace(/\$\{Partition\}/g, 'aws')).StartAt).toBe('Begin');
  });

  it.each([
    ['{', /not JSON/],
    ['[]', /not a JSON object/],
    [JSON.stringify({ StartAt: 'A', States: { A: End } }), /absent, which means JSONPath/],
    [definitionOf({ A: End }, { QueryLanguage: 'JSONPath' }), /JSONPath; the local stack runs JSONata only/],
    [one({ ...End, QueryLanguage: 'JSONPath' }), /States\/A\/QueryLanguage is JSONPath/],
    [definitionOf({ A: End }, { StartAt: 'B' }), /StartAt names no state: B/],
    [definitionOf({ A: End }, { Extra: 1 }), /\/Extra/],
    [definitionOf({ A: End }, { TimeoutSeconds: 0 }), /TimeoutSeconds/],
    [one({ Type: 'constructor' }), /type constructor/],
    [one({ Type: 'Pass', Next: 'Nowhere' }), /goes on to Nowhere/],
    [one({ Type: 'Pass' }), /either Next or End/],
    [one({ Type: 'Pass', Next: 'End', End: true }), /either Next or End/],
    [one({ Type: 'Pass', Result: 1, End: true }), /field Result/],
    [one({ Type: 'Task', Resource: plainTask, Parameters: {}, End: true }), /field Parameters/],
    [one({ Type: 'Task', Resource: plainTask, Credentials: {}, End: true }), /field Credentials/],
    [one({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:getObject', End: true }), /AWS_ENDPOINT_URL_SFN/],
    [one({ Type: 'Task', Resource: `${plainTask}.sync`, End: true }), /local stack has lambda:invoke/],
    [one({ Type: 'Choice', Choices: [] }), /no Choices/],
    [one({ Type: 'Choice', Choices: [{ Condition: true, Next: 'X' }] }), /goes on to X/],
    [one({ Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'End' }] }), /Condition is not JSONata/],
    [one({ Type: 'Wait', Seconds: 1, Timestamp: '{% 1 %}', End: true }), /either Seconds or Timestamp/],
    [one({ Type: 'Wait', Seconds: 'soon', End: true }), /neither a whole number nor JSONata/],
    [one({ Type: 'Map', End: true }), /no ItemProcessor/],
    [one({ Type: 'Parallel', Branches: [], End: true }), /no Branches/],
    [
      one({
        Type: 'Map',
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'B', States: {} },
        End: true,
      }),
      /mode DISTRIBUTED/,
    ],
    [
      one({ Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: End } }, End: true }),
      /two states have the name A/,
    ],
    [one({ Type: 'Pass', Output: { deep: ['{% 1 + %}'] }, End: true }), /States\/A\/Output\/deep\/0 is not JSONata/],
    [one({ Type: 'Pass', Output: '{% 1', End: true }), /does not end in %}/],
    [one({ Type: 'Pass', Assign: { states: 1 }, End: true }), /assigns to states/],
    [one({ Type: 'Pass', Assign: { '1a': 1 }, End: true }), /assigns to 1a/],
    [retrying({ ErrorEquals: [] }), /ErrorEquals/],
    [retrying({ ErrorEquals: [...all, 'X'] }), /must stand alone/],
    [retrying({ ErrorEquals: all, IntervalSeconds: 0 }), /IntervalSeconds/],
    [retrying({ ErrorEquals: all, BackoffRate: 0.5 }), /BackoffRate/],
    [retrying({ ErrorEquals: all, JitterStrategy: 'SOME' }), /JitterStrategy/],
    [one(waitingTask({}, { Catch: [{ ErrorEquals: all }], End: true })), /Catch\/0 has no Next/],
  ])('is refused, naming what is wrong (%s)', (text, why) => {
    expect(() => readDefinition(text)).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }));
    expect(() => readDefinition(text)).toThrow(why);
  });
});
