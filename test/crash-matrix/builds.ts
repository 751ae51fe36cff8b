import type { WireResponse } from './wire.ts';
import type { World } from './world.ts';

interface Variable {
  readonly name: string;
  readonly value: string;
}

interface Build {
  readonly id: string;
  readonly token: string | undefined;
  readonly projectName: string;
  readonly variables: readonly Variable[];
  readonly begun: number;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';
}

interface Input {
  readonly projectName?: string;
  readonly idempotencyToken?: string;
  readonly environmentVariablesOverride?: readonly Variable[];
  readonly id?: string;
  readonly ids?: readonly string[];
}

const buildTakes = 90_000;
/** For so long CodeBuild knows an idempotency token again. */
const tokenMillis = 5 * 60_000;

/** CodeBuild: one build for one idempotency token; of a project named `failing-2` the second fails. */
export class Builds {
  readonly all: Build[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Builds that were started for an action. */
  of(key: string): readonly Build[] {
    return this.all.filter(({ variables }) => variables.some(({ value }) => value === key));
  }

  answer(operation: string, input: Input): WireResponse {
    switch (operation) {
      case 'StartBuild':
        return json({ build: this.#shown(this.#start(input)) });
      case 'BatchGetBuilds':
        return json({
          builds: this.all.filter(({ id }) => input.ids?.includes(id)).map((build) => this.#shown(build)),
        });
      case 'ListBuildsForProject': {
        const own = this.all.filter(({ projectName }) => projectName === input.projectName);
        return json({ ids: own.map(({ id }) => id).reverse() });
      }
      case 'StopBuild': {
        const build = this.all.find(({ id }) => id === input.id);
        if (build?.status === 'IN_PROGRESS') this.#end(build, 'STOPPED');
        return json(build ? { build: this.#shown(build) } : {});
      }
      default:
        throw new Error(`The world's CodeBuild has no ${operation}.`);
    }
  }

  #start({ projectName = '', idempotencyToken: token, environmentVariablesOverride: variables = [] }: Input): Build {
    const begun = this.#world.now;
    const known =
      token !== undefined && this.all.find((build) => build.token === token && begun - build.begun < tokenMillis);
    if (known) return known;
    const id = `${projectName}:${this.#world.random.uuid()}`;
    const [, failing] = /^failing-(\d+)$/.exec(projectName) ?? [];
    const fails = failing !== undefined && this.all.length + 1 === Number(failing);
    const build: Build = { id, token, projectName, variables, begun, status: 'IN_PROGRESS' };
    this.all.push(build);
    this.#world.scheduler.later(
      `build ${this.all.length} is over`,
      () => {
        if (build.status === 'IN_PROGRESS') this.#end(build, fails ? 'FAILED' : 'SUCCEEDED');
      },
      buildTakes,
    );
    return build;
  }

  #end(build: Build, status: Build['status']): void {
    build.status = status;
    const { environment } = this.#shown(build);
    this.#world.services.emit({
      source: 'aws.codebuild',
      detailType: 'CodeBuild Build State Change',
      detail: {
        'build-status': status,
        'project-name': build.projectName,
        'additional-information': { environment: { 'environment-variables': environment.environmentVariables } },
      },
    });
  }

  #shown({ id, projectName, status, variables }: Build) {
    return { id, projectName, buildStatus: status, environment: { environmentVariables: variables } };
  }
}

function json(body: object): WireResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(body)) };
}
