import type { Commands } from './commands.ts';
import { PhaseFailure } from './failure.ts';
import type { Shell } from './shell.ts';

interface Runtime {
  /** Commands of which the first that succeeds tells the version. */
  readonly commands: readonly string[];
  readonly pattern: RegExp;
}

const GO: Runtime = { commands: ['go version'], pattern: /go(\d[\d.]*)/ };
const RUNTIMES: Readonly<Record<string, Runtime>> = {
  nodejs: { commands: ['node --version'], pattern: /v(\d[\d.]*)/ },
  python: { commands: ['python3 --version', 'python --version'], pattern: /Python (\d[\d.]*)/ },
  java: { commands: ['java -version'], pattern: /version "(?:1\.)?(\d[\d.]*)/ },
  golang: GO,
  go: GO,
  ruby: { commands: ['ruby --version'], pattern: /ruby (\d[\d.]*)/ },
  php: { commands: ['php --version'], pattern: /PHP (\d[\d.]*)/ },
  dotnet: { commands: ['dotnet --version'], pattern: /^(\d[\d.]*)/m },
};

/** Set to `true` as a variable of the build to go on with whatever version the machine has. */
const ANY_RUNTIME = 'SLUICE_ANY_RUNTIME_VERSION';

/** Compares `runtime-versions` with the machine's tools, and says what was found; a runtime that is missing or of another version fails the phase. */
export async function checkRuntimes(
  wanted: Readonly<Record<string, string>>,
  commands: Commands,
  shell: Shell,
  say: (text: string) => void,
): Promise<void> {
  const [anyRuntime] = await commands.values(shell, Object.keys(wanted).length > 0 ? [ANY_RUNTIME] : []);
  for (const [runtime, text] of Object.entries(wanted)) {
    const version = await commands.expand(shell, text);
    const found = await hostVersion(runtime, commands, shell);
    if (found !== undefined && satisfies(found, version)) {
      say(`Selecting '${runtime}' runtime version '${version}': this machine has ${found}`);
      continue;
    }
    const message = `runtime ${runtime}=${version} not available on this host (${found === undefined ? 'none found' : `it has ${found}`}). Install it, or set ${ANY_RUNTIME}=true to go on with what is there.`;
    if (anyRuntime !== 'true') throw new PhaseFailure('LOCAL_RUNNER_UNSUPPORTED', message);
    say(message);
  }
}

async function hostVersion(name: string, commands: Commands, shell: Shell): Promise<string | undefined> {
  const runtime = Object.hasOwn(RUNTIMES, name) ? RUNTIMES[name] : undefined;
  for (const command of runtime?.commands ?? []) {
    const { status, output } = await commands.capture(shell, command);
    const version = status === 0 ? runtime?.pattern.exec(output)?.[1] : undefined;
    if (version) return version.replace(/\.$/, '');
  }
  return undefined;
}

/** Whether `20.11.1` is what `20`, `20.x`, `20.11`, `latest` or `corretto20` asks for. */
export function satisfies(found: string, wanted: string): boolean {
  if (wanted === 'latest') return true;
  const has = found.split('.');
  const asked = wanted.replace(/^(corretto|openjdk|v)/, '').split('.');
  return asked.every((part, index) => part === 'x' || part === '*' || part === has[index]);
}
