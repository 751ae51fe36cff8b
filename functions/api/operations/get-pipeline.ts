import { loadDefinition } from '../../aws/definitions.ts';
import { typesOf } from '../../aws/named-types.ts';
import { maskSecrets } from '../../domain/definition.ts';
import { Refusal } from '../../domain/refusal.ts';
import { pipelineArn } from '../../lambda/given.ts';
import { findPipeline } from '../find-pipeline.ts';
import { type Operation, seconds } from '../operation.ts';

/** GetPipeline: the newest version of a declaration, or an older one. */
export const getPipeline: Operation<{ name: string; version?: number }> = async ({ name, version }, given) => {
  const summary = await findPipeline(name, given);
  if (version !== undefined && version > summary.version) {
    throw new Refusal('PipelineVersionNotFoundException', `Pipeline '${name}' does not have a version ${version}.`);
  }
  const definition = await loadDefinition(summary.id, version ?? summary.version);
  const metadata = {
    pipelineArn: pipelineArn(given.home, name),
    created: seconds(summary.created),
    updated: seconds(summary.updated),
  };
  return { pipeline: maskSecrets(definition, await typesOf(definition)), metadata };
};
