import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { part, textOf } from './reading.ts';
import {
  addAction,
  addRule,
  addRun,
  build,
  COMMIT,
  declareRule,
  executionId,
  FAILURE,
  failedBuild,
  hold,
  NOW,
  noRuns,
  runId,
  running,
  succeeded,
  superseded,
  waitingApproval,
} from './scenarios.ts';
import { type Bench, openBench } from './serving.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench((pipeline) => (pipeline === 'hello-site' ? 'http://127.0.0.1:4566/sites/hello/' : undefined));
});

afterEach(async () => {
  await bench.close();
});

describe('the page of a pipeline', () => {
  it('begins with name, version and the site that the pipeline has put online', async () => {
    bench.tell(succeeded());

    const { status, body } = await bench.get('/hello-site');

    expect(status).toBe(200);
    expect(body).toContain('<h1>hello-site</h1>');
    expect(textOf(body)).toContain('Version 3 · V2 · SUPERSEDED · Its site');
    expect(body).toContain('<a href="http://127.0.0.1:4566/sites/hello/">');
    expect(body).toContain('<title>Succeeded – hello-site – Pipelines</title>');
  });

  it('shows a running build: where the run is, how long so far, and that it moves', async () => {
    bench.tell(running());

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'state'))).toBe(`Run c0ffee02 is in Build.`);
    expect(textOf(part(body, 'stage/Build'))).toContain('Build In progress Run c0ffee02');
    expect(textOf(part(body, 'action/Build/Compile'))).toContain('Compile In progress CodeBuild · 1 min 3 s so far');
    expect(textOf(part(body, 'stage/Deploy'))).toContain('Deploy Succeeded Earlier run c0ffee01');
    expect(body).toContain(' data-moving');
    expect(body).toContain('<noscript><meta http-equiv="refresh" content="3"></noscript>');
    expect(body).not.toContain('id="cause"');
  });

  it('says first of all why the newest run failed: place, code, whole message, end of the log, commit', async () => {
    bench.tell(failedBuild());

    const { body } = await bench.get('/hello-site');

    const cause = part(body, `failure/${executionId(2, 'Build', 'Compile')}`);
    expect(body.indexOf('id="cause"')).toBeLessThan(body.indexOf('id="stages"'));
    expect(textOf(cause)).toContain('Build › Compile JobFailed');
    expect(textOf(cause)).toContain(FAILURE);
    expect(cause).toContain(`href="/pipelines/hello-site?run=${runId(2)}&amp;execution=build-compile-2#log-end"`);
    expect(body).toContain('id="log-end"');
    expect(textOf(body.slice(body.indexOf('id="cause"'), body.indexOf('id="stages"')))).toContain(
      'Fetch 4f2a9c1 Landing page: show the opening hours',
    );
    expect(textOf(part(body, 'state'))).toBe('Run c0ffee02 failed in Build › Compile.');
  });

  it('names all actions that failed side by side, and none that has been retried since', async () => {
    const told = failedBuild();
    const minute = 60_000;
    for (const action of told.actions.filter(
      ({ stageName, pipelineExecutionId: run }) => stageName === 'Build' && run === runId(2),
    )) {
      action.actionExecutionId = `retried-${action.actionName}`;
      action.status = 'Failed';
    }
    for (const action of ['Lint', 'Compile'] as const) {
      const result = build(`again-${action}`, {
        errorDetails: { code: 'JobFailed', message: `Second failure of ${action}` },
      });
      addAction(told, 2, 'Build', action, 'Failed', { start: NOW - 2 * minute, end: NOW - minute, result });
    }
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(body).toContain('id="failure/build-lint-2"');
    expect(body).toContain('id="failure/build-compile-2"');
    expect(body).not.toContain('id="failure/retried-');
  });

  it('tells the summary of a failed run in which no action failed', async () => {
    const told = noRuns();
    addRun(told, 1, 'Failed', { statusSummary: 'The definition of version 3 cannot be read.' });
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(textOf(body.slice(body.indexOf('id="cause"'), body.indexOf('id="stages"')))).toContain(
      'The definition of version 3 cannot be read.',
    );
  });

  it('shows the rules of conditions around the actions, each as the run of its stage met it', async () => {
    const told = running();
    declareRule(told, 'Deploy', 'beforeEntry', { name: 'Check', provider: 'VariableCheck' });
    declareRule(told, 'Deploy', 'beforeEntry', { name: 'Hours', provider: 'DeploymentWindow' });
    declareRule(told, 'Deploy', 'onSuccess', { name: 'Check', provider: 'CloudWatchAlarm' });
    declareRule(told, 'Deploy', 'onFailure', { name: 'Check', provider: 'VariableCheck' });
    addRule(told, 1, { stage: 'Deploy', condition: 'onSuccess', name: 'Check' }, 'Succeeded');
    hold(told, 'Deploy', 2, 'InProgress');
    hold(told, 'Build', 2, 'Succeeded');
    const said = { externalExecutionSummary: "The variable is as it must be: 'yes' EQ 'yes'." };
    addRule(told, 2, { stage: 'Deploy', condition: 'beforeEntry', name: 'Check' }, 'Succeeded', { result: said });
    addRule(told, 2, { stage: 'Deploy', condition: 'beforeEntry', name: 'Hours' }, 'InProgress', { start: NOW - 5000 });
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    const deploy = part(body, 'stage/Deploy');
    expect([...deploy.matchAll(/<h4>([^<]+)/g)].map(([, name]) => name)).toEqual([
      'Check',
      'Hours',
      'Publish',
      'Check',
      'Check',
    ]);
    expect(textOf(part(body, 'rule/Deploy/beforeEntry/Check'))).toContain(
      "Check Succeeded Entry condition · VariableCheck · 1 s · 2 min ago The variable is as it must be: 'yes' EQ 'yes'.",
    );
    expect(textOf(part(body, 'rule/Deploy/beforeEntry/Hours'))).toContain(
      'Hours In progress Entry condition · DeploymentWindow · 5 s so far',
    );
    expect(textOf(part(body, 'rule/Deploy/onSuccess/Check'))).toBe(
      'Check Not started Success condition · CloudWatchAlarm',
    );
    expect(textOf(part(body, 'rule/Deploy/onFailure/Check'))).toBe(
      'Check Not started Failure condition · VariableCheck',
    );
    expect(textOf(part(body, 'state'))).toBe('Run c0ffee02 waits for a condition: Deploy › Hours.');
  });

  it('knows a rule of a PARALLEL run, which no state tells of, by its name, unless two conditions have it', async () => {
    const told = running();
    told.declaration.executionMode = 'PARALLEL';
    declareRule(told, 'Build', 'beforeEntry', { name: 'Hours', provider: 'DeploymentWindow' });
    declareRule(told, 'Build', 'beforeEntry', { name: 'Check', provider: 'VariableCheck' });
    declareRule(told, 'Build', 'onSuccess', { name: 'Check', provider: 'VariableCheck' });
    for (const name of ['Hours', 'Check'])
      addRule(told, 2, { stage: 'Build', condition: 'beforeEntry', name }, 'Succeeded');
    for (const stage of told.stages) {
      delete stage.latestExecution;
      delete stage.beforeEntryConditionState;
      delete stage.onSuccessConditionState;
    }
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'rule/Build/beforeEntry/Hours'))).toContain('Hours Succeeded');
    expect(textOf(part(body, 'rule/Build/beforeEntry/Check'))).toContain('Check Unknown');
    expect(textOf(part(body, 'rule/Build/onSuccess/Check'))).toContain('Check Unknown');
  });

  it('asks for rules only where the pipeline has some', async () => {
    bench.tell(succeeded());

    await bench.get('/hello-site');

    expect(bench.api.asked).not.toContain('ListRuleExecutions');
  });

  it.each([
    { condition: 'beforeEntry', result: 'FAIL', isCause: true },
    { condition: 'onSuccess', result: 'ROLLBACK', isCause: true },
    { condition: 'beforeEntry', result: 'SKIP', isCause: false },
    { condition: 'onFailure', result: 'ROLLBACK', isCause: false },
  ] as const)('a rule of $condition with $result that fails is why the run failed: $isCause', async (rule) => {
    const told = succeeded();
    addRun(told, 2, 'Failed', { statusSummary: 'The run has its reasons.' });
    const { condition, result } = rule;
    declareRule(told, 'Build', condition, { name: 'Check', provider: 'VariableCheck', result });
    hold(told, 'Build', 2, 'Failed');
    const errorDetails = { code: 'JobFailed', message: "'no' EQ 'yes' does not hold." };
    addRule(told, 2, { stage: 'Build', condition, name: 'Check' }, 'Failed', { result: { errorDetails } });
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    const cause = textOf(body.slice(body.indexOf('id="cause"'), body.indexOf('id="stages"')));
    expect(cause).toContain(
      rule.isCause ? "Build › Check JobFailed 'no' EQ 'yes' does not hold." : 'The run has its reasons.',
    );
    expect(cause.includes('Check')).toBe(rule.isCause);
  });

  it('tells of a rollback to which run it goes back', async () => {
    const told = noRuns();
    addRun(told, 1, 'Succeeded');
    addRun(told, 2, 'Succeeded', {
      executionType: 'ROLLBACK',
      rollbackMetadata: { rollbackTargetPipelineExecutionId: runId(1) },
      trigger: { triggerType: 'ManualRollback', triggerDetail: 'arn:aws:iam::000000000000:user/jo' },
    });
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    const row = part(body, `run/${runId(2)}`);
    expect(textOf(row)).toContain('ManualRollback');
    expect(row).toContain(`title="${runId(1)}"`);
  });

  it('shows what an approval waits for, since when, until when and where to answer', async () => {
    const told = waitingApproval();
    const declared = told.declaration.stages?.[2]?.actions?.[0];
    if (declared) declared.timeoutInMinutes = 60;
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    const approval = part(body, 'action/Approve/Review');
    expect(textOf(approval)).toContain('Review Waiting for approval Manual · 12 min so far');
    expect(textOf(approval)).toContain('Read the page on staging, then decide.');
    expect(approval).toContain('<a href="https://staging.example.com/" rel="noreferrer noopener">');
    expect(textOf(approval)).toContain('To approve 4f2a9c1 Landing page: show the opening hours');
    expect(textOf(approval)).toContain('Since 2026-11-21 06:18:00Z, 12 min ago');
    expect(textOf(approval)).toContain('Until 2026-11-21 07:18:00Z, in 48 min');
    expect(approval).toContain('href="/mail/"');
    expect(textOf(part(body, 'state'))).toBe('Run c0ffee02 waits for approval: Approve › Review.');
    expect(body).toContain('<title>Waiting for approval – hello-site – Pipelines</title>');
  });

  it('gives an approval seven days when its action says nothing', async () => {
    bench.tell(waitingApproval());

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'action/Approve/Review'))).toContain('Until 2026-11-28 06:18:00Z, in 6 d');
  });

  it('shows a run that waits before a stage, and one that was superseded', async () => {
    bench.tell(superseded());

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'stage/Approve'))).toContain('Earlier run c0ffee02');
    expect(textOf(part(body, 'stage/Approve'))).toContain('Waiting to enter: run c0ffee04');
    expect(textOf(part(body, `run/${runId(3)}`))).toContain('Superseded c0ffee03 StartPipelineExecution root');
    expect(textOf(part(body, 'state'))).toBe('Run c0ffee04 waits before Approve.');
  });

  it('shows a queue in its order, the first five by name', async () => {
    const told = waitingApproval();
    for (let n = 3; n <= 10; n++) addRun(told, n, 'InProgress', { executionMode: 'QUEUED' });
    const approve = told.stages.find(({ stageName }) => stageName === 'Approve');
    const queued = Array.from({ length: 8 }, (_, index) => ({
      pipelineExecutionId: runId(index + 3),
      status: 'InProgress' as const,
    }));
    if (approve) approve.inboundExecutions = queued;
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'stage/Approve'))).toContain(
      'Waiting to enter, in this order: runs c0ffee03, c0ffee04, c0ffee05, c0ffee06, c0ffee07 and 3 more',
    );
    expect(textOf(part(body, 'state'))).toBe('Run c0ffee10 waits before Approve behind 7 other runs.');
  });

  it('says where the newest run of a PARALLEL pipeline waits, which its state does not tell', async () => {
    const told = noRuns();
    told.declaration.executionMode = 'PARALLEL';
    addRun(told, 2, 'InProgress', { executionMode: 'PARALLEL' });
    addAction(told, 2, 'Source', 'Fetch', 'Succeeded');
    for (const stage of told.stages) delete stage.latestExecution;
    const build = told.stages.find(({ stageName }) => stageName === 'Build');
    if (build) build.inboundTransitionState = { enabled: false, disabledReason: 'Freeze' };
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'state'))).toBe('Run c0ffee02 waits before Build.');
  });

  it('says that a transition is disabled, why and by whom', async () => {
    const told = succeeded();
    hold(told, 'Deploy', 1, 'Succeeded').inboundTransitionState = {
      enabled: false,
      disabledReason: 'Release freeze',
      lastChangedBy: 'arn:aws:iam::000000000000:user/ines',
    };
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'stage/Deploy'))).toContain('Transition disabled: Release freeze by user/ines');
  });

  it('shows an action that the newest run has not reached as not started, whatever an earlier run left there', async () => {
    const told = succeeded();
    addRun(told, 2, 'InProgress');
    hold(told, 'Build', 2, 'InProgress');
    addAction(told, 2, 'Build', 'Compile', 'InProgress', { result: build('compile-2') });
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'action/Build/Lint'))).toBe('Lint Not started CodeBuild');
  });

  it('shows the newest run of a PARALLEL pipeline, whose state names none', async () => {
    const told = running();
    told.declaration.executionMode = 'PARALLEL';
    for (const stage of told.stages) delete stage.latestExecution;
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'stage/Source'))).toContain('Source Succeeded Run c0ffee02');
    expect(textOf(part(body, 'stage/Build'))).toContain('Build In progress');
    expect(textOf(part(body, 'stage/Deploy'))).toContain('Deploy Not started');
  });

  it('tells who has never run what to do', async () => {
    bench.tell(noRuns());

    const { body } = await bench.get('/hello-site');

    expect(textOf(body)).toContain(
      'This pipeline has not run yet. Push a commit to main of octo/hello with git push, or start it:',
    );
    expect(textOf(body)).toContain(
      `aws codepipeline start-pipeline-execution --name hello-site --region us-east-1 --endpoint-url ${bench.api.endpoint}`,
    );
    expect(textOf(part(body, 'stage/Build'))).toContain('No run has come here yet.');
    expect(textOf(body)).toContain('The log of a build appears here as soon as one has started.');
  });

  it('lists runs with status, trigger, commit, start and duration; one that goes on is timed until now', async () => {
    bench.tell(running());

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, `run/${runId(2)}`))).toBe(
      'In progress c0ffee02 WebhookV2 connection/1a2b 4f2a9c1 Landing page: show the opening hours 2026-11-21 06:28:45Z 1 min ago 1 min 15 s',
    );
    expect(textOf(part(body, `run/${runId(1)}`))).toContain('1 min 35 s');
    expect(part(body, `run/${runId(1)}`)).toContain('<time datetime="2026-11-21T05:58:00.000Z">');
    expect(body).not.toContain('The second paragraph');
  });

  it('lists twenty runs at most', async () => {
    const told = noRuns();
    for (let n = 1; n <= 25; n++) addRun(told, n, 'Succeeded');
    bench.tell(told);

    const { body } = await bench.get('/hello-site');

    expect(body.match(/<tr role="row" id="run\//g)).toHaveLength(20);
    expect(body).toContain(`id="run/${runId(25)}"`);
  });

  it('links to what a provider gives, but not to the AWS console, which knows nothing of it', async () => {
    bench.tell(succeeded());

    const { body } = await bench.get('/hello-site');

    expect(part(body, 'action/Source/Fetch')).toContain(
      `href="http://127.0.0.1:4566/git/octo/hello.git/commit/${COMMIT}"`,
    );
    expect(body).not.toContain('console.aws.amazon.com');
  });

  it('reads a run of many actions page by page', async () => {
    bench.api.pageSize = 2;
    bench.tell(succeeded());

    const { body } = await bench.get('/hello-site');

    expect(textOf(part(body, 'action/Source/Fetch'))).toContain('Fetch Succeeded');
  });

  it('shows a stage whose run the history has forgotten', async () => {
    const told = succeeded();
    hold(told, 'Deploy', 9, 'Succeeded');
    bench.tell(told);

    const { status, body } = await bench.get('/hello-site');

    expect(status).toBe(200);
    expect(textOf(part(body, 'action/Deploy/Publish'))).toContain('Not started');
  });

  it('answers what changes as a part of the page, without the lines of the log', async () => {
    bench.tell(running());
    bench.logs.write('/aws/codebuild/hello-site', 'compile-2', 'a line');

    const { status, body } = await bench.get('/hello-site/live');

    expect(status).toBe(200);
    expect(body.startsWith('<main id="content"')).toBe(true);
    expect(body).toContain('id="stage/Build"');
    expect(body).not.toContain('a line');
  });
});
