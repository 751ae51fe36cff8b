import { readFileSync } from 'node:fs';

/** The machine of a pipeline run with names of functions that a test knows. */
export const pipelineRun = readFileSync(
  new URL('../../../statemachines/pipeline-run.asl.json', import.meta.url),
  'utf8',
)
  .replace(/\$\{Partition\}/g, 'aws')
  .replace(/\$\{([A-Za-z0-9]+)\}/g, 'arn:aws:lambda:us-east-1:000000000000:function:$1');
