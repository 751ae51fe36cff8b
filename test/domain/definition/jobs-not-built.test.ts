import { expect, test } from 'vitest';
import { builtClasses } from '../../../functions/domain/action-type.ts';
import { findAmong } from '../../../functions/domain/action-types.ts';
import { acceptDefinition } from '../../../functions/domain/definition.ts';
import { forge } from '../custom-type.ts';
import { build, home, pipeline, stage } from '../definitions.ts';
import { typeId } from './other-type.ts';

test.skipIf(builtClasses.includes('job'))('a custom action is refused as long as nothing carries out jobs', () => {
  const action = build('Make', { actionTypeId: typeId('Build/Custom/Forge/1'), configuration: { Project: 'web' } });

  const accept = () => acceptDefinition(pipeline([stage('Make', action)]), home, undefined, findAmong([forge]));

  expect(accept).toThrow(
    expect.objectContaining({
      code: 'InvalidActionDeclarationException',
      message: "Action 'Make' has the type Build/Custom/Forge/1, the work of which is not built yet in Sluice.",
    }),
  );
});
