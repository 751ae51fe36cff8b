import { cloudWatchAlarm } from './rules/cloudwatch-alarm.ts';
import { deploymentWindow } from './rules/deployment-window.ts';
import { lambdaInvoke } from './rules/lambda-invoke.ts';
import { variableCheck } from './rules/variable-check.ts';
import type { Providers } from './run-action.ts';

/** The providers of the rule function. */
export const providers: Providers = [variableCheck, deploymentWindow, cloudWatchAlarm, lambdaInvoke];
