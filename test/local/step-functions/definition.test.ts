import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDefinition } from '../../../local/step-functions/read-definition.ts';
import { definitionOf, plainTask, waitingTask } from './asl.ts';

const End = { Type: 'Succeed' };
const one = (state: object) => definitionOf({ A: state, End });
const retrying = (retrier: object) => one(waitingTask({}, { Retry: [retrier], End: true }));
const all = ['States.ALL'];
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

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
    [one({ Type: 'Wait', Seconds: 'soon', End: true }), /Seconds is soon, neither a whole number from 0 nor JSONata/],
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
    [definitionOf({ A: End }, { StartAt: ['A'] }), /StartAt names no state/],
    [definitionOf({ A: End }, { StartAt: { toString: null } }), /StartAt names no state/],
    [definitionOf({ A: End }, { States: null }), /\/States is not an object/],
    [one([]), /States\/A is not an object/],
    [one({ Type: ['Succeed'] }), /States\/A has the type \["Succeed"\]/],
    [one({ Type: 'Pass', Next: ['End'] }), /States\/A goes on to/],
    [one({ Type: 'Pass', Next: 'End', End: 'no' }), /States\/A\/End is no/],
    [one({ Type: 'Pass', Assign: null, End: true }), /States\/A has an Assign that is null/],
    [one({ Type: 'Pass', Output: nested(300), End: true }), /nested over 200 deep/],
    [`{"QueryLanguage":"JSONata","States":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, /nested over 200 deep/],
    [one({ Type: 'Task', Resource: [plainTask], End: true }), /States\/A uses/],
    [one(waitingTask({}, { TimeoutSeconds: 0, End: true })), /States\/A\/TimeoutSeconds is 0/],
    [one({ Type: 'Choice', Choices: null }), /States\/A has no Choices/],
    [one({ Type: 'Choice', Choices: [null] }), /States\/A\/Choices\/0 is not an object/],
    [
      one({ Type: 'Choice', Choices: [{ Variable: '$.a', Next: 'End' }] }),
      /States\/A\/Choices\/0 has the field Variable/,
    ],
    [one({ Type: 'Wait', Timestamp: 1, End: true }), /States\/A\/Timestamp is 1/],
    [one({ Type: 'Fail', Error: 1 }), /States\/A\/Error is 1/],
    [
      one({ Type: 'Map', Items: 'all', End: true, ItemProcessor: { StartAt: 'B', States: { B: End } } }),
      /A\/Items is all/,
    ],
    [
      one({ Type: 'Map', End: true, ItemProcessor: { ProcessorConfig: null } }),
      /ItemProcessor\/ProcessorConfig is not/,
    ],
    [one({ Type: 'Parallel', Branches: [null], End: true }), /States\/A\/Branches\/0 is not an object/],
    [one(waitingTask({}, { Retry: null, End: true })), /States\/A\/Retry is not an array/],
    [retrying([]), /Retry\/0 is not an object/],
    [one(waitingTask({}, { Catch: [null], End: true })), /Catch\/0 is not an object/],
    [retrying({ ErrorEquals: [] }), /ErrorEquals/],
    [retrying({ ErrorEquals: [...all, 'X'] }), /must stand alone/],
    [retrying({ ErrorEquals: all, IntervalSeconds: 0 }), /IntervalSeconds/],
    [retrying({ ErrorEquals: all, BackoffRate: 0.5 }), /BackoffRate/],
    [retrying({ ErrorEquals: all, JitterStrategy: 'SOME' }), /JitterStrategy/],
    [one(waitingTask({}, { Catch: [{ ErrorEquals: all }], End: true })), /Catch\/0 has no Next/],
  ])('is refused, naming what is wrong (%.150s)', (text, why) => {
    expect(() => readDefinition(text)).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }));
    expect(() => readDefinition(text)).toThrow(why);
  });
});
