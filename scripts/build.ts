import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type OutputFile } from 'esbuild';
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
 * Bundles each function into `<out>/<function>/index.mjs`, an absolute path, and removes other folders of `out`. A stack may run on
 * what is there: each file is whole at every moment, one that would be the same is not touched, and when bundling fails none is.
 *
 * `replace`: files of the tree that tests put another in the place of, by path from the root; what is deployed replaces nothing.
 */
export async function buildFunctions(out: string, replace: Readonly<Record<string, string>> = {}): Promise<void> {
  const files = functionFiles();
  const replaced = new Map(Object.entries(replace).map(([from, to]) => [join(root, from), join(root, to)]));
  const { outputFiles } = await build({
    entryPoints: [...files].map(([name, file]) => ({ in: join(root, file), out: `${name}/index` })),
    outdir: out,
    write: false,
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
  await put(outputFiles, out);
  await removeOthers(outputFiles, out);
}

/** Folders of builds under way, in the folder that is built. */
const underWay = '.build-';

/** Puts files that differ from what is there into place, each by one renaming. */
async function put(files: readonly OutputFile[], out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const temporary = await mkdtemp(join(out, underWay));
  try {
    for (const [index, { path, contents }] of files.entries()) {
      if (await holds(path, contents)) continue;
      const written = join(temporary, String(index));
      await writeFile(written, contents);
      await mkdir(dirname(path), { recursive: true });
      await rename(written, path);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function holds(path: string, contents: Uint8Array): Promise<boolean> {
  return existsSync(path) && (await readFile(path)).equals(contents);
}

/** What an earlier build left: functions that the template names no more. Another build's files are its own. */
async function removeOthers(files: readonly OutputFile[], out: string): Promise<void> {
  const built = new Set(files.map(({ path }) => dirname(path)));
  for (const name of await readdir(out)) {
    const folder = join(out, name);
    if (!built.has(folder) && !name.startsWith(underWay)) await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const started = performance.now();
  await buildFunctions(join(root, 'dist'));
  if (!process.argv.includes('--quiet'))
    console.log(`Built ${functionFiles().size} functions in ${Math.round(performance.now() - started)} ms.`);
}
