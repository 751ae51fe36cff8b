import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { yamlParse } from 'yaml-cfn';
import { leftOut } from './left-out.ts';

const root = join(import.meta.dirname, '..');
const folders = ['api', 'tasks', 'actions', 'listeners'];

/** The functions that the template names, each with the file that holds it: a function has its file's name. */
export function functionFiles(): ReadonlyMap<string, string> {
  const template = yamlParse(readFileSync(join(root, 'template.yaml'), 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: { CodeUri?: string } }>;
  };
  const names = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::Serverless::Function' ? [String(Properties.CodeUri).replace('dist/', '')] : [],
  );
  return new Map(names.map((name) => [name, fileOf(name)]));
}

function fileOf(name: string): string {
  const found = folders
    .map((folder) => join('functions', folder, `${name}.ts`))
    .find((file) => existsSync(join(root, file)));
  if (!found)
    throw new Error(`template.yaml names dist/${name}, but no functions/{${folders.join(',')}}/${name}.ts exists.`);
  return found;
}

/**
 * Bundles each function into `<out>/<function>/index.mjs`. `replace`: files of the tree that tests put another in the place of,
 * by path from the root; what is deployed replaces nothing.
 */
export async function buildFunctions(out: string, replace: Readonly<Record<string, string>> = {}): Promise<void> {
  const files = functionFiles();
  await rm(out, { recursive: true, force: true });
  const replaced = new Map(Object.entries(replace).map(([from, to]) => [join(root, from), join(root, to)]));
  await build({
    entryPoints: [...files].map(([name, file]) => ({ in: join(root, file), out: `${name}/index` })),
    outdir: out,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    plugins: [
      leftOut,
      {
        name: 'replace',
        setup({ onLoad }) {
          if (replaced.size === 0) return;
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const other = replaced.get(path);
            return other
              ? { contents: `export * from ${JSON.stringify(other)};`, resolveDir: root, loader: 'ts' }
              : undefined;
          });
        },
      },
    ],
  });
}

if (import.meta.main) {
  const started = performance.now();
  await buildFunctions(join(root, 'dist'));
  const count = readdirSync(join(root, 'dist')).length;
  if (!process.argv.includes('--quiet'))
    console.log(`Built ${count} functions in ${Math.round(performance.now() - started)} ms.`);
}
