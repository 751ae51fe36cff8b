import type { Promised } from '../simulation/promise.ts';
import type { Patch } from '../simulation/replace.ts';

/** A small defect, of the kind that somebody could make, and the promise that it breaks. */
export interface Planted {
  readonly promised: Promised;
  readonly patches: readonly Patch[];
}

function one(promised: Promised, file: string, from: string, to: string): Planted {
  return { promised, patches: [{ file, from, to }] };
}

/** Defects that the walks must find. They are planted as the functions are loaded; nothing of them is in the product. */
export const planted: Readonly<Record<string, Planted>> = {
  'a stage is entered although somebody is inside': one(
    'one inside',
    'domain/pipeline.ts',
    'if (!gate.holder && !gate.disabled && gate.waiting.length === 0) {',
    'if (!gate.disabled && gate.waiting.length === 0) {',
  ),
  'the last in line is the first to enter': one(
    'one inside',
    'domain/pipeline.ts',
    'const [next, ...waiting] = gate.waiting;',
    'const [next, ...waiting] = gate.waiting.toReversed();',
  ),
  'whoever comes gives way to the older one that waits': one(
    'one inside',
    'domain/pipeline.ts',
    'if (other.sequence > visitor.sequence) return',
    'if (other.sequence < visitor.sequence) return',
  ),
  'the gates are written whatever they are meanwhile': one(
    'one inside',
    'aws/pipeline-record.ts',
    'condition: rev === undefined ? isNew : unchanged(rev),',
    "condition: rev === undefined ? isNew : { expression: 'attribute_exists(pk)' },",
  ),
  'whoever leaves a stage lets nobody in': one(
    'one inside',
    'domain/pipeline.ts',
    'return handOff(vacate(pipeline, stage, run, status), stage);',
    'return { pipeline: vacate(pipeline, stage, run, status), entered: [], superseded: [] };',
  ),
  'a run whose execution is over is not closed': {
    promised: 'ends',
    patches: [
      { file: 'listeners/sweep.ts', from: "case 'Ended':\n", to: "case 'Ended':\n      return undefined;\n" },
      {
        file: 'listeners/execution-status-change.ts',
        from: 'await closeRun(',
        to: 'if (Date.now() < 0) await closeRun(',
      },
    ],
  },
  'a run that is over can be stopped': one(
    'ends',
    'domain/stop.ts',
    'if (isFinal(run.status)) throw notStoppable(run.pipelineName, run.id, run.status);',
    "if (isFinal(run.status)) return { run: { ...run, status: 'Stopping' }, opened: [], abandoned: [], entered: [], superseded: [] };",
  ),
  'work is started again where nobody knows whether it was': one(
    'started once',
    'actions/run-action.ts',
    "if (provider.startClass === 'token') return provider.start(work);",
    'return provider.start(work);',
  ),
  'the intent is recorded after the provider was called': one(
    'started once',
    'domain/action.ts',
    "return { todo: 'Start', action: start(held, now) };",
    "return { todo: 'Start', action: held };",
  ),
  'a second result is recorded': one(
    'started once',
    'domain/action.ts',
    'if (isDone(action.status)) return undefined;\n  const { cursor',
    'const { cursor',
  ),
  'a second answer is taken': one(
    'one answer',
    'domain/approval.ts',
    'if (isDone(action.status)) {',
    "if (action.status === 'Abandoned') {",
  ),
  'a rejection is an approval': one(
    'one answer',
    'domain/approval.ts',
    "if (given.status === 'Approved')\n",
    "if (given.status !== 'Wrong')\n",
  ),
  'a start is not remembered': {
    promised: 'one start',
    patches: [
      {
        file: 'engine/open-run.ts',
        from: 'const known = start.token === undefined ? undefined :',
        to: 'const known = start.token !== undefined ? undefined :',
      },
      {
        file: 'engine/open-run.ts',
        from: '...(start.token === undefined ? [] : [putStart(',
        to: '...(start.token !== undefined ? [] : [putStart(',
      },
    ],
  },
  'nobody is told that a run stops': one(
    'agree',
    'domain/state-change.ts',
    "changes.push({ level: 'Pipeline', state: 'STOPPING' });",
    '',
  ),
  'a stage shows for ever that it is in progress': one(
    'agree',
    'domain/pipeline.ts',
    '? { ...gate.last, status } : gate.last;',
    '? gate.last : gate.last;',
  ),
  'an action that was abandoned is shown as one that succeeded': one(
    'agree',
    'domain/state-change.ts',
    "if (status === 'Abandoned') return 'ABANDONED';",
    '',
  ),
  'an action that failed is passed over': one(
    'no false success',
    'domain/decide.ts',
    "return !isOverridden(run) && step.some(({ status }) => status !== 'Succeeded');",
    'return false;',
  ),
  'work whose start is unknown counts as done': one(
    'no false success',
    'domain/action.ts',
    "if (action.status === 'Starting') {\n    return failed(",
    "if (action.status === 'Starting') {\n    return { status: 'Succeeded', outputs: [], outputVariables: {} };\n    return failed(",
  ),
  'a stage is done after its first step': one(
    'no false success',
    'domain/step.ts',
    'const order = steps(stage).find((each) => each > step);',
    'const order = steps(stage).find((each) => each > step && step === 0);',
  ),
  'a condition that failed is passed over': one(
    'no false success',
    'domain/decide.ts',
    'return !isOverridden(run) &&',
    'return !run.condition &&',
  ),
};
