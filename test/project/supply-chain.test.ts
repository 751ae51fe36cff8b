import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFunctions } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '..', '..');

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  lockfileVersion: number;
  packages: Record<string, Locked & { dependencies?: object; devDependencies?: object }>;
};
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object>;
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
const production = packages.filter(([, { dev }]) => !dev);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Licences that ask for no more than to be named. */
const permissive = ['MIT', 'MIT-0', 'Apache-2.0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Zlib'];

/** Packages that run a program when they are installed: none of them reaches a deployed function. */
const installScripts = {
  'classic-level': 'dynalite’s store: takes the binary that the package holds, or compiles it',
  esbuild: 'takes the binary of its platform',
  node: 'takes the binary of its platform: the Node that every script runs on',
};

describe('C31 what the project is made of', () => {
  it('is locked: the lock file is that of the manifest, each package with its version and digest', () => {
    const own = lock.packages[''];
    const loose = packages.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''));
    const versions = packages.map(([, { version }]) => version);

    expect(lock.lockfileVersion).toBe(3);
    expect(own?.dependencies).toEqual(manifest['dependencies']);
    expect(own?.devDependencies).toEqual(manifest['devDependencies']);
    expect(packages.length).toBeGreaterThan(200);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    // npm writes no digest for the binary of a platform that the lock file was not made on: tools of development, each optional.
    expect(loose.filter(([, { dev, optional, os }]) => !(dev && optional && os))).toEqual([]);
  });

  it('comes from no address of its own: a link or an archive would pass the registry by', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    const wanted = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
    expect(wanted.filter(([, range]) => !/^\^?\d+\.\d+\.\d+$/.test(String(range)))).toEqual([]);
  });

  it('runs no program when what is deployed is installed, and three known ones for development', () => {
    const running = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));

    expect(production.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
    expect(running.sort()).toEqual(Object.keys(installScripts).sort());
    expect(
      Object.keys(manifest['scripts'] ?? {}).filter((name) => /^(pre|post)?(install|prepare)$/.test(name)),
    ).toEqual([]);
  });

  it('has permissive licences in all that is deployed, by the packages themselves', () => {
    const refused = production.flatMap(([path]) => {
      const { license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as { license?: unknown };
      const terms = String(license).replace(/[()]/g, '').split(/ AND /);
      return terms.every((term) => permissive.includes(term)) ? [] : [`${path}: ${String(license)}`];
    });

    expect(production.length).toBeGreaterThan(40);
    expect(refused).toEqual([]);
  });

  it('pins the Python tools of CI to exact versions', () => {
    const lines = readFileSync(join(root, 'requirements-ci.txt'), 'utf8').split('\n').filter(Boolean);

    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !/^[A-Za-z0-9._-]+==\d+(\.\d+)*$/.test(line))).toEqual([]);
  });

  it('is built to the same bytes twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-twice-'));
    try {
      await buildFunctions(join(folder, 'one'));
      await buildFunctions(join(folder, 'two'));

      const [one, two] = [digests(join(folder, 'one')), digests(join(folder, 'two'))];

      expect(Object.keys(one).length).toBeGreaterThan(20);
      expect(two).toEqual(one);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('has a bill of materials by `npm run sbom`: what is deployed, with versions and digests, and what is for development, marked as that', () => {
    const { stdout, stderr, status } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const bill = JSON.parse(stdout) as {
      bomFormat: string;
      components: {
        name: string;
        group?: string;
        version: string;
        hashes?: object[];
        properties?: { name: string }[];
      }[];
    };

    const isMarked = ({ properties = [] }: (typeof bill.components)[number]) =>
      properties.some(({ name }) => name === 'cdx:npm:package:development');
    const listed = (components: typeof bill.components) =>
      new Set(components.map(({ name, group, version }) => `${group ? `${group}/` : ''}${name}@${version}`));
    const locked = (those: typeof packages) =>
      new Set(those.map(([path, { version }]) => `${nameOf(path)}@${version}`));

    expect(bill.bomFormat).toBe('CycloneDX');
    expect(listed(bill.components)).toEqual(locked(packages));
    // npm's own --omit dev leaves out what both use.
    expect(listed(bill.components.filter((each) => !isMarked(each)))).toEqual(locked(production));
    expect(bill.components.filter((each) => !isMarked(each) && !each.hashes?.length)).toEqual([]);
  });
});

/** Digests of the files of a folder, by path. */
function digests(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}
