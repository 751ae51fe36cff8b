import type { EventBridgeEvent } from 'aws-lambda';
import { isActionKey } from '../domain/action.ts';
import { actionFunction } from './action-function.ts';
import { providers } from './build-providers.ts';
import { actionVariable } from './codebuild/start-input.ts';

type BuildStateChange = EventBridgeEvent<
  'CodeBuild Build State Change',
  {
    readonly 'additional-information'?: {
      readonly environment?: {
        readonly 'environment-variables'?: readonly { readonly name: string; readonly value: string }[];
      };
    };
  }
>;

/** Carries out builds; the event that a build has ended makes it ask CodeBuild: what the event says is not believed. */
export const handler = actionFunction('Build', providers, (event) => {
  const { detail } = event as BuildStateChange;
  const variables = detail?.['additional-information']?.environment?.['environment-variables'];
  const key = variables?.find(({ name }) => name === actionVariable)?.value;
  return isActionKey(key) ? key : undefined;
});
