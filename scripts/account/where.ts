import { parseArgs } from 'node:util';

/** Where Sluice is. */
export interface Where {
  readonly stackName: string;
  readonly region?: string;
  /** Of every service; absent: AWS's. */
  readonly endpointUrl?: string;
}

const text = { type: 'string' } as const;

/** The options that say where Sluice is, for parseArgs. */
export const whereOptions = {
  'stack-name': { ...text, default: 'sluice' },
  region: text,
  'endpoint-url': text,
} as const;

/** Where the values of these options say that Sluice is. Throws one sentence about the first that is wrong. */
export function whereFrom(values: {
  readonly 'stack-name': string;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
}): Where {
  const { 'stack-name': stackName, region, 'endpoint-url': endpointUrl } = values;
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName))
    throw new Error(`--stack-name must be the name of Sluice's stack, not '${stackName}'.`);
  if (region !== undefined && !/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region))
    throw new Error(`--region must be a Region such as us-east-1, not '${region}'.`);
  if (endpointUrl !== undefined && !/^https?:$/.test(URL.parse(endpointUrl)?.protocol ?? ''))
    throw new Error(`--endpoint-url must be an address such as http://127.0.0.1:4747, not '${endpointUrl}'.`);
  return {
    stackName,
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  };
}

/** Reads a command line of these options alone, and what stands beside them. */
export function readWhere(args: readonly string[]): { readonly where: Where; readonly positionals: readonly string[] } {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: whereOptions });
  return { where: whereFrom(values), positionals };
}
