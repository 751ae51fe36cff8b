import { readFile } from 'node:fs/promises';
import type { PluginBuild } from 'esbuild';

/**
 * What no function uses and esbuild cannot tell: taken out of the bundles, which load the faster. What is left does as before
 * (test/scripts/left-out.test.ts).
 */
export const leftOut = {
  name: 'left-out',
  setup(build: PluginBuild): void {
    leaveOutCredentialSources(build);
    leaveOutSchemas(build);
    leaveOut(build, /[\\/]codepipeline-model\.json$/, withoutErrors);
    leaveOut(build, /[\\/]mime-db[\\/]db\.json$/, withExtensionsOnly);
    leaveOut(build, /[\\/]@aws-sdk[\\/].+[\\/]package\.json$/, ({ name, version }) => ({ name, version }));
  },
};

/**
 * A function finds its role's keys in its environment, and nowhere else: not in files of ~/.aws, by a browser's sign-in, or at the
 * metadata service of a machine. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
function leaveOutCredentialSources({ onResolve, onLoad }: PluginBuild): void {
  const namespace = 'credentials';
  onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
    path,
    namespace,
    pluginData: resolveDir,
  }));
  onLoad({ filter: /^/, namespace }, ({ pluginData }) => ({
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
    resolveDir: pluginData as string,
  }));
}

/**
 * The SDK says of each operation of a service what its shapes are, in lists with computed keys, `{ [_h]: … }`: esbuild keeps all of
 * them, as computing a key may have an effect. The keys are constants of the same file: written out, what no function calls goes.
 */
function leaveOutSchemas({ onLoad }: PluginBuild): void {
  onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]\w+\.js$/ }, async ({ path }) => {
    const text = await readFile(path, 'utf8');
    const constants = new Map(
      [...text.matchAll(/^const (\w+) = ("\w+");$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const kept = /client-(lambda|sfn|sts|cloudwatch|s3)\W/.test(path) ? text.replaceAll(registeredErrors, '') : text;
    return {
      contents: kept.replaceAll(/\[(_\w+)\]:/g, (key, name) => (constants.has(name) ? `${constants.get(name)}:` : key)),
    };
  });
}

/** Functions tell errors by their names alone, which need none of a service's classes; the class that all are of stays. Of DynamoDB they read more. */
const registeredErrors = /^n0_registry\.registerError\(.*$/gm;

type Data = Readonly<Record<string, unknown>>;

function leaveOut({ onLoad }: PluginBuild, filter: RegExp, less: (data: Data) => object): void {
  onLoad({ filter }, async ({ path }) => ({
    contents: JSON.stringify(less(JSON.parse(await readFile(path, 'utf8')) as Data)),
    loader: 'json',
  }));
}

interface Member {
  readonly shape: string;
  readonly required?: boolean;
}

interface Shape extends Data {
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input: string | null; readonly output: string | null }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** The service model as functions/api/ reads it: constraints of inputs, types of outputs. Errors, how members travel and names of shapes are left out. */
function withoutErrors(model: Data): object {
  const { operations, shapes } = model as unknown as Model;
  const every = Object.values(operations);
  const taken = reachable(
    shapes,
    every.map(({ input }) => input),
  );
  const told = reachable(
    shapes,
    every.map(({ output }) => output),
  );
  const used = Object.entries(shapes).filter(([name]) => taken.has(name) || told.has(name));
  return withShortNames(
    mapped(operations, ({ input, output }) => ({ input, output })) as Model['operations'],
    used.map(([name, shape]) => [name, (taken.has(name) ? constraintsOf(shape) : typesOf(shape)) as Shape]),
  );
}

/** A name that functions/api/ knows; all others are only followed from an operation on. */
const known = 'ActionConfigurationValue';

/** A model whose shapes have numbers instead of names: simple ones that are the same are one. */
function withShortNames(operations: Model['operations'], shapes: readonly (readonly [string, Shape])[]): object {
  const numbers = new Map<string, string>();
  const short = new Map(
    shapes.map(([name, shape]) => {
      const isSimple = shape.members === undefined && shape.member === undefined && shape.value === undefined;
      const same = name === known || !isSimple ? name : JSON.stringify(shape);
      if (!numbers.has(same)) numbers.set(same, name === known ? name : numbers.size.toString(36));
      return [name, numbers.get(same) ?? name] as const;
    }),
  );
  const to = <T extends string | null | undefined>(name: T) => (typeof name === 'string' ? short.get(name) : name);
  const renamed = ({ members, member, key, value, ...shape }: Shape): object => ({
    ...shape,
    ...(members && { members: mapped(members, (each) => ({ ...each, shape: to(each.shape) })) }),
    member: to(member),
    key: to(key),
    value: to(value),
  });
  return {
    operations: mapped(operations, ({ input, output }) => ({ input: to(input), output: to(output) })),
    shapes: Object.fromEntries(shapes.map(([name, shape]) => [to(name), renamed(shape)])),
  };
}

/** Names of these shapes and of all that they are made of. */
function reachable(shapes: Model['shapes'], names: readonly (string | null)[]): ReadonlySet<string> {
  const found = new Set<string>();
  const keep = (name: string | null | undefined): void => {
    const shape = shapes[name ?? ''];
    if (typeof name !== 'string' || !shape || found.has(name)) return;
    found.add(name);
    for (const { shape: part } of Object.values(shape.members ?? {})) keep(part);
    for (const part of [shape.member, shape.key, shape.value]) keep(part);
  };
  names.forEach(keep);
  return found;
}

function typesOf({ type, members, member, value }: Shape): object {
  return { type, ...(members && { members: mapped(members, ({ shape }) => ({ shape })) }), member, value };
}

function constraintsOf({ type, members, member, key, value, min, max, pattern, enum: values }: Shape): object {
  return {
    type,
    ...(members && { members: mapped(members, ({ shape, required }) => ({ shape, ...(required && { required }) })) }),
    member,
    key,
    value,
    min,
    max,
    pattern,
    enum: values,
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => object): object {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** mime-db as mime-types reads it to find a file's type: types that no file's extension stands for are left out. */
function withExtensionsOnly(types: Data): object {
  const entries = Object.entries(types as Readonly<Record<string, { readonly extensions?: readonly string[] } & Data>>);
  return Object.fromEntries(
    entries.flatMap(([type, { source, charset, extensions }]) =>
      extensions ? [[type, { source, charset, extensions }] as const] : [],
    ),
  );
}
