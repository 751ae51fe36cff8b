import type { ActionType } from '../action-type.ts';
import type { ActionCategory } from '../declaration.ts';
import { count, hour, required } from './parts.ts';

function thirdParty(category: ActionCategory, provider: string): ActionType['id'] {
  return { category, owner: 'ThirdParty', provider, version: '1' };
}

/** Deploy/ThirdParty/AlexaSkillsKit/1: a skill for Alexa. */
export const alexaDeploy: ActionType = {
  id: thirdParty('Deploy', 'AlexaSkillsKit'),
  properties: [
    required('ClientId', 'The id of the client.'),
    required('ClientSecret', 'The secret of the client.', { secret: true }),
    required('RefreshToken', 'The token that gets access.', { secret: true }),
    required('SkillId', 'The skill.'),
  ],
  inputArtifacts: count(1, 2),
  outputArtifacts: count(0),
  timeoutInMinutes: hour,
};

const opaque = { properties: [], isOpaque: true, timeoutInMinutes: hour } as const;

/** Invoke/ThirdParty/Snyk/1: known holes in sources; configured at its vendor. */
export const snykInvoke: ActionType = {
  ...opaque,
  id: thirdParty('Invoke', 'Snyk'),
  inputArtifacts: count(1),
  outputArtifacts: count(1),
};

/** Tests of partners of AWS, configured at their vendors. */
export const partnerTests: readonly ActionType[] = [
  'BlazeMeter',
  'GhostInspector',
  'MFStormRunner',
  'Nouvola',
  'Runscope',
].map((provider) => ({
  ...opaque,
  id: thirdParty('Test', provider),
  inputArtifacts: count(0, 5),
  outputArtifacts: count(0, 5),
}));
