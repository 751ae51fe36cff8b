import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';

/** A definition as an account has it. */
export interface InAccount {
  readonly given: unknown;
  readonly region: string;
}

/** Reads a pipeline of CodePipeline by name, with the default credentials. */
export async function readPipeline(
  name: string,
  { region, endpointUrl }: { readonly region?: string; readonly endpointUrl?: string },
): Promise<InAccount> {
  const client = new CodePipelineClient({
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
  });
  try {
    const { pipeline } = await client.send(new GetPipelineCommand({ name }));
    return { given: { pipeline }, region: await client.config.region() };
  } finally {
    client.destroy();
  }
}
