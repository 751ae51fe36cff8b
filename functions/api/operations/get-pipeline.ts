import { loadDefinition } from '../../aws/definitions.ts';
import { typesOf } from '../../aws/named-types.ts';
import { listPolls } from '../../aws/poll-record.ts';
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
    ...(await disabledPolling(summary.id)),
  };
  return { pipeline: maskSecrets(definition, await typesOf(definition)), metadata };
};

/** When polling was switched off, because the pipeline was idle for too long. */
async function disabledPolling(pipelineId: string): Promise<{ readonly pollingDisabledAt?: number }> {
  const times = (await listPolls(pipelineId)).flatMap(({ disabledAt }) => disabledAt ?? []);
  return times.length === 0 ? {} : { pollingDisabledAt: seconds(Math.min(...times)) };
}
