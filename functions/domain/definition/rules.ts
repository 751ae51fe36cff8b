import type { ActionType } from '../action-type.ts';
import type { FindActionType } from '../action-types.ts';
import { asAction, type PipelineDeclaration, type RuleDeclaration } from '../declaration.ts';
import { cloudWatchAlarm } from '../rule-types.ts';
import { waitTimeFault } from '../rules/alarm-watch.ts';
import { checkOfType } from './actions.ts';
import { type About, type At, aboutRule, type Breach, type Breaches, stageBreach } from './breach.ts';
import { hooks } from './conditions.ts';
import { duplicates } from './duplicates.ts';
import { placedRules } from './place.ts';

interface Home {
  readonly region: string;
}

/** The rules of single rules of conditions: name, type, and what their type demands. */
export function* checkRules(pipeline: PipelineDeclaration, home: Home, find: FindActionType): Breaches {
  yield* checkNames(pipeline);
  for (const { rule, stageName, at } of placedRules(pipeline)) {
    const action = asAction(rule);
    const about = aboutRule(rule.name, stageName);
    const type = find(action.actionTypeId);
    if (!type) yield notAvailable(rule, about, home, at);
    else {
      yield* checkOfType(about, action, type, home, at);
      yield* checkWait(rule, type, about, at);
    }
  }
}

function* checkNames({ stages }: PipelineDeclaration): Breaches {
  for (const [index, stage] of stages.entries())
    for (const { name: hook, conditions } of hooks(stage))
      for (const [condition, { rules = [] }] of conditions.entries()) {
        const names = rules.map(({ name }) => name);
        for (const rule of duplicates(names))
          yield stageBreach(
            `Rule name '${names[rule]}' is used more than once in a condition of ${hook} of stage '${stage.name}'. Names of rules must be unique within a condition.`,
            ...['stages', index, hook, 'conditions', condition, 'rules', rule, 'name'],
          );
      }
}

function notAvailable({ ruleTypeId }: RuleDeclaration, about: About, { region }: Home, at: At): Breach {
  const { provider, owner = 'AWS', version = '1' } = ruleTypeId;
  const where = region.toUpperCase().replaceAll('-', '_');
  return about.breach(
    `RuleType (Category: 'Rule', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in ${about.what} is not available in region '${where}'`,
    ...at,
    'ruleTypeId',
  );
}

/** An alarm is not waited for when the rule's time is over. */
function* checkWait(
  { configuration = {}, timeoutInMinutes }: RuleDeclaration,
  type: ActionType,
  about: About,
  at: At,
): Breaches {
  const wait = configuration['WaitTime'];
  const most = timeoutInMinutes ?? type.timeoutInMinutes;
  if (type !== cloudWatchAlarm || wait === undefined || waitTimeFault(wait) !== undefined || Number(wait) <= most)
    return;
  yield about.breach(
    `The configuration 'WaitTime' of ${about.what} is ${wait} minutes, and the rule times out after ${most}.`,
    ...[...at, 'configuration', 'WaitTime'],
  );
}
