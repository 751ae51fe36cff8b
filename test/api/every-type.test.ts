import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { typeName } from '../../functions/domain/action-type.ts';
import { actionTypes } from '../../functions/domain/catalogue.ts';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { pipelineOf } from '../domain/every-type.ts';
import { ask } from './ask.ts';
import { Place } from './effects/place.ts';

vi.hoisted(() => {
  const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
  Object.assign(process.env, { TABLE: 'table', BUCKET: 'bucket', STATE_MACHINE: arn, POWERTOOLS_LOG_LEVEL: 'SILENT' });
});

let place: Place;
beforeEach(async () => {
  place = new Place();
  place.serve();
  await place.table.create('table');
});
afterEach(async () => {
  await place.table.close();
  vi.restoreAllMocks();
});

/** The definition as it is shown: with the defaults that CodePipeline adds, and without secrets. */
function shown(given: PipelineDeclaration, secrets: readonly string[] | 'all'): object {
  const actions = given.stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => ({
      runOrder: 1,
      inputArtifacts: [],
      outputArtifacts: [],
      ...action,
      configuration: Object.fromEntries(
        Object.entries(action.configuration ?? {}).map(([key, value]) => [
          key,
          action.name === 'Act' && (secrets === 'all' || secrets.includes(key)) ? '****' : value,
        ]),
      ),
    })),
  }));
  return { ...given, version: 1, executionMode: 'SUPERSEDED', stages: actions };
}

describe('a pipeline with an action of every type', () => {
  it.each(actionTypes.map((type) => ({ name: typeName(type.id), type })))(
    'of $name is made, and read back equal but for defaults and secrets',
    async ({ name, type }) => {
      const given = pipelineOf(name);
      const secrets = type.isOpaque ? 'all' : type.properties.filter(({ secret }) => secret).map((each) => each.name);

      const made = await ask('CreatePipeline', { pipeline: given });
      const read = await ask('GetPipeline', { name: given.name });

      expect(made).toEqual({ status: 200, output: { pipeline: shown(given, secrets) } });
      expect(read.output['pipeline']).toEqual(made.output['pipeline']);
    },
  );
});
