import { describe, expect, it } from 'vitest';
import { openAction } from '../../functions/domain/action.ts';
import { typeName } from '../../functions/domain/action-type.ts';
import { carrier } from '../../functions/domain/action-types.ts';
import { actionTypes } from '../../functions/domain/catalogue.ts';
import { breachesOf } from '../../functions/domain/definition.ts';
import { longestCarried } from '../../functions/domain/history-budget.ts';
import { typeId } from './definition/other-type.ts';
import { approval, home, pipeline, stage } from './definitions.ts';

const minute = 1;
const hour = 60 * minute;
const day = 24 * hour;

/** The types that have another time than an hour (user guide, quotas). */
const known: Readonly<Record<string, number>> = {
  'Approval/AWS/Manual/1': 7 * day,
  'Build/AWS/CodeBuild/1': 36 * hour,
  'Build/AWS/Commands/1': 55 * minute,
  'Compute/AWS/Commands/1': 55 * minute,
  'Deploy/AWS/CloudFormation/1': 3 * day,
  'Deploy/AWS/CloudFormationStackInstances/1': 3 * day,
  'Deploy/AWS/CloudFormationStackSet/1': 3 * day,
  'Deploy/AWS/CodeDeploy/1': 5 * day,
  'Deploy/AWS/CodeDeployToECS/1': 5 * day,
  'Deploy/AWS/Lambda/1': 2 * day,
  'Deploy/AWS/S3/1': 90 * minute,
  'Invoke/AWS/Lambda/1': 1 * day,
  'Invoke/AWS/StepFunctions/1': 7 * day,
  'Test/AWS/CodeBuild/1': 8 * hour,
  'Test/AWS/DeviceFarm/1': 8 * hour,
};

describe('the time that an action has', () => {
  it.each(actionTypes.map(({ id }) => [typeName(id), id] as const))('is as CodePipeline has it: %s', (name, id) => {
    expect(carrier(id).timeoutInMinutes).toBe(known[name] ?? hour);
  });

  it('is a day for every custom type', () => {
    expect(carrier(typeId('Build/Custom/Mine/1')).timeoutInMinutes).toBe(day);
  });

  it('may be said for approvals alone', () => {
    expect(actionTypes.filter((type) => type.timeoutDeclarable).map(({ id }) => typeName(id))).toEqual([
      'Approval/AWS/Manual/1',
    ]);
    const asked = approval('Ask', { timeoutInMinutes: 60 * day });

    expect([...breachesOf(pipeline([stage('Ask', asked)]), home)]).toEqual([]);
  });

  it('is 60 days at most, and shorter than what a run may wait in one execution of Step Functions', () => {
    const opened = openAction(
      { id: 'r', pipelineId: 'p', stage: 'Ask', attempt: 0, version: 1 } as never,
      { declaration: approval('Ask'), index: 0 },
      { stage: 1, step: 1 },
      { id: 'a', timeoutInMinutes: 86_400, now: 0 },
    );

    expect(opened.deadline).toBe(60 * day * 60_000);
    expect(60 * day + longestCarried / 60_000).toBeLessThan(365 * day);
    expect(longestCarried / 60_000).toBeGreaterThanOrEqual(300 * day);
  });
});
