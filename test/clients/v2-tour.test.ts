import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConnection, makeSample } from '../../local/sample/sample.ts';
import { listen } from '../end-to-end/heard-events.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { type End, runToEnd } from './child.ts';
import { pythonProgram, root, userEnvironment } from './machine.ts';

const SECONDS = 600;
/** Names of runs, as the page calls them. */
const named = ['first', 'announced', 'alarmed', 'kept', 'undone', 'broken', 'pushed', 'queued', 'next', 'one', 'other'];

interface Event {
  readonly 'detail-type': string;
  readonly source: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

let test: TestStack;
let ended: End;
let runs: Readonly<Record<string, string>>;
let events: readonly Event[];

beforeAll(async () => {
  test = await startTestStack();
  await makeConnection(test.stack);
  await makeSample(test.stack);
  const heard = await listen(test.stack);
  const commands = await commandsOf(join(root, 'docs', 'v2-tour.md'));
  const said = named.map((name) => `echo "RUN ${name} $${name}"`);
  const script = ['set -eu', ...commands, ...said].join('\n');
  const { PATH = '', ...user } = userEnvironment(test.folder);
  const env = {
    ...user,
    PATH: [dirname(pythonProgram('aws')), PATH].join(delimiter),
    AWS_ENDPOINT_URL: test.stack.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  ended = await runToEnd('bash', ['-c', script], { cwd: root, env }, SECONDS);
  runs = Object.fromEntries([...ended.output.matchAll(/^RUN (\w+) (\S+)$/gm)].map(([, name, run]) => [name, run]));
  events = (await heard((found) => isOver(found, runs['other']))).map((text) => JSON.parse(text));
}, SECONDS * 1000);
afterAll(() => test?.close());

/** The shell's commands on a page, in their order. */
async function commandsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, commands = '']) => commands);
}

function isOver(found: readonly string[], run: string | undefined): boolean {
  return found.some((text) => {
    const { 'detail-type': type, detail } = JSON.parse(text) as Event;
    return type.includes(' Pipeline ') && detail['execution-id'] === run && detail['state'] === 'SUCCEEDED';
  });
}

describe('the tour of V2', () => {
  it('goes through as it stands in the docs', () => {
    expect(ended.errors).not.toMatch(/error/i);
    expect(ended.status).toBe(0);
    expect(Object.keys(runs)).toEqual(named);
  });

  it('shows what rules have come to, and the stage that was skipped', () => {
    const lines = ended.output.split('\n').map((line) => line.split('\t').join(' '));

    expect(lines).toEqual(
      expect.arrayContaining([
        'Build Page Succeeded',
        'Build Smoke Succeeded',
        'Ship Branch Succeeded',
        'Ship Window Succeeded',
        'Ship Judge Succeeded',
        'Ship Errors Succeeded',
        'Announce Wanted Failed',
        'Ship Succeeded',
        'Announce Skipped',
      ]),
    );
    expect(ended.output).toContain('announced.zip');
    expect(ended.output).toMatch(/"autoStageRetryAttempt": 1/);
  });
});

const at = {
  date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
};
const place = expect.arrayContaining([
  { name: expect.any(String), s3location: { bucket: expect.any(String), key: expect.any(String) } },
]);

/** Of each level: its states, what every event has, and what some have (CodePipeline user guide, monitoring events). */
const forms: Readonly<
  Record<string, { states: readonly string[]; all: object; some: Readonly<Record<string, unknown>> }>
> = {
  'CodePipeline Pipeline Execution State Change': {
    states: ['STARTED', 'SUCCEEDED', 'FAILED', 'RESUMED', 'STOPPING', 'STOPPED', 'CANCELED', 'SUPERSEDED'],
    all: {},
    some: { 'execution-trigger': expect.any(Object), 'stop-execution-comments': expect.any(String) },
  },
  'CodePipeline Stage Execution State Change': {
    states: ['STARTED', 'SUCCEEDED', 'FAILED', 'RESUMED', 'STOPPING', 'STOPPED', 'CANCELED'],
    all: { stage: expect.any(String) },
    some: { 'stage-last-retry-attempt-time': at.date },
  },
  'CodePipeline Action Execution State Change': {
    states: ['STARTED', 'SUCCEEDED', 'FAILED', 'ABANDONED', 'CANCELED'],
    all: {
      stage: expect.any(String),
      action: expect.any(String),
      'action-execution-id': at.uuid,
      region: 'us-east-1',
      type: { owner: 'AWS', provider: expect.any(String), category: expect.any(String), version: '1' },
    },
    some: { 'input-artifacts': place, 'output-artifacts': place, 'execution-result': expect.any(Object) },
  },
};

describe('the events of the tour', () => {
  it('have the form of CodePipeline', () => {
    expect(events.length).toBeGreaterThan(200);
    for (const { detail, ...envelope } of events) {
      const form = forms[envelope['detail-type']];
      const some = Object.fromEntries(Object.entries(form?.some ?? {}).filter(([key]) => key in detail));

      expect(envelope).toMatchObject({
        source: 'sluice.codepipeline',
        resources: [expect.stringMatching(/^arn:aws:codepipeline:us-east-1:000000000000:/)],
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
      expect(form?.states).toContain(detail['state']);
      expect(detail).toEqual({
        pipeline: expect.any(String),
        'execution-id': at.uuid,
        'start-time': at.date,
        state: expect.any(String),
        version: expect.any(Number),
        'pipeline-execution-attempt': expect.any(Number),
        ...form?.all,
        ...some,
      });
    }
  });

  /** What was told of a run, of a level and a stage, in the order of CodePipeline's. */
  const told = (run: string, level: string, stage?: string) => [
    ...new Set(
      events
        .filter(
          ({ 'detail-type': type, detail }) => type.includes(` ${level} `) && detail['execution-id'] === runs[run],
        )
        .filter(({ detail }) => stage === undefined || detail['stage'] === stage)
        .map(({ detail }) => String(detail['state'])),
    ),
  ];

  it.each([
    ['first', ['STARTED', 'SUCCEEDED']],
    ['alarmed', ['FAILED', 'STARTED']],
    ['kept', ['FAILED', 'STARTED']],
    ['pushed', ['RESUMED', 'STARTED', 'STOPPED', 'STOPPING', 'SUCCEEDED']],
    ['other', ['STARTED', 'SUCCEEDED']],
  ])('tell of the run %s: %j', (run, states) => {
    expect(told(run, 'Pipeline').sort()).toEqual(states);
  });

  it('tell that a stage was rolled back, retried, or skipped, and nothing of rules', () => {
    expect(told('alarmed', 'Stage', 'Ship').sort()).toEqual(['STARTED', 'SUCCEEDED']);
    expect(told('broken', 'Stage', 'Build').sort()).toEqual(['FAILED', 'RESUMED', 'STARTED']);
    expect(told('first', 'Stage', 'Announce')).toEqual(['STARTED']);
    const rules = ['Page', 'Smoke', 'Branch', 'Window', 'Judge', 'Errors', 'Keep', 'Wanted'];
    expect(events.filter(({ detail }) => rules.includes(String(detail['action'])))).toEqual([]);
  });

  it('tell what has started each run', () => {
    const triggers = (run: string) =>
      events.flatMap(({ detail }) =>
        detail['execution-id'] === runs[run] && detail['state'] === 'STARTED'
          ? (detail['execution-trigger'] ?? [])
          : [],
      );
    const automated = events.flatMap(({ detail }) => detail['execution-trigger'] ?? []);

    expect(triggers('first')).toEqual([expect.objectContaining({ 'trigger-type': 'CreatePipeline' })]);
    expect(triggers('one')).toEqual([expect.objectContaining({ 'trigger-type': 'StartPipelineExecution' })]);
    expect(triggers('pushed')).toEqual([
      expect.objectContaining({ 'full-repository-name': 'sample/hello-site', 'branch-name': 'main' }),
    ]);
    expect(automated).toEqual(
      expect.arrayContaining([
        {
          'trigger-type': 'AutomatedRollback',
          'trigger-detail': JSON.stringify({ FailedPipelineExecutionId: runs['alarmed'] }),
        },
        expect.objectContaining({ 'trigger-type': 'ManualRollback' }),
      ]),
    );
  });
});
