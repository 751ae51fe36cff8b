import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ServiceError, type StackContext } from '../service.ts';
import { ArchiveError, unzip } from '../unzip.ts';
import { type FunctionDefinition, readDefinition } from './definition.ts';
import type { Functions } from './functions.ts';
import { functionNotFound } from './name.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Functions that no template makes: CreateFunction and DeleteFunction. Each is a folder with its code, there over restarts. */
export class OwnFunctions {
  readonly #context: StackContext;
  readonly #functions: Functions;
  readonly #folder: string;

  /** `root`: the project's folder, whose AWS SDK the functions find, as Lambda's runtime has it. */
  constructor(context: StackContext, functions: Functions, root: string) {
    this.#context = context;
    this.#functions = functions;
    const home = join(context.dir, 'lambda', 'functions');
    this.#folder = join(home, 'code');
    rmSync(join(home, 'node_modules'), { recursive: true, force: true });
    mkdirSync(join(home, 'node_modules'), { recursive: true });
    mkdirSync(this.#folder, { recursive: true });
    symlinkSync(join(root, 'node_modules', '@aws-sdk'), join(home, 'node_modules', '@aws-sdk'));
    this.#restore();
  }

  /** Makes a function of a zip in the request. */
  async create({ Code, Publish, Tags, ...properties }: Properties): Promise<FunctionDefinition> {
    const name = String(properties['FunctionName'] ?? '');
    if (!/^[\w-]{1,64}$/.test(name)) throw invalid(`'${name}' cannot be a function's name.`);
    if (this.#functions.has(name))
      throw new ServiceError('ResourceConflictException', `Function already exist: ${name}`, 409);
    if (Publish === true) throw invalid('The local stack has no versions of functions: Publish must be false.');
    const zip = (Code as Properties | undefined)?.['ZipFile'];
    if (typeof zip !== 'string') throw invalid('The local stack takes the code of a function from Code.ZipFile alone.');
    const tags = Object.entries((Tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
    const begun = join(this.#folder, `.${name}`);
    rmSync(begun, { recursive: true, force: true });
    try {
      await unpack(Buffer.from(zip, 'base64'), begun);
      const kept = { ...properties, Tags: tags };
      this.#read(name, kept, begun);
      writeFileSync(join(begun, 'properties.json'), JSON.stringify(kept));
      renameSync(begun, join(this.#folder, name));
      return this.#put(name, kept);
    } finally {
      rmSync(begun, { recursive: true, force: true });
    }
  }

  /** Removes a function of this kind; one of the template stays. */
  remove(name: string): void {
    if (!this.#functions.has(name)) throw functionNotFound(name);
    const folder = join(this.#folder, name);
    if (!existsSync(folder)) throw invalid(`${name} is a function of the template, which makes it at every start.`);
    this.#functions.remove(name);
    rmSync(folder, { recursive: true, force: true });
  }

  #restore(): void {
    for (const name of readdirSync(this.#folder)) {
      const folder = join(this.#folder, name);
      if (name.startsWith('.')) rmSync(folder, { recursive: true, force: true });
      else this.#put(name, JSON.parse(readFileSync(join(folder, 'properties.json'), 'utf8')) as Properties);
    }
  }

  #put(name: string, properties: Properties): FunctionDefinition {
    const definition = this.#read(name, properties, join(this.#folder, name));
    this.#functions.put(definition);
    return definition;
  }

  #read(name: string, given: Properties, folder: string): FunctionDefinition {
    const properties = { ...given, Code: { Local: join(folder, 'code') } };
    const resource = { logicalId: name, name, type: 'AWS::Lambda::Function', properties };
    return readDefinition(resource, this.#context, folder);
  }
}

async function unpack(zip: Buffer, folder: string): Promise<void> {
  const code = join(folder, 'code');
  mkdirSync(code, { recursive: true });
  writeFileSync(join(folder, 'code.zip'), zip);
  try {
    await unzip(join(folder, 'code.zip'), code);
  } catch (error) {
    if (error instanceof ArchiveError) throw invalid(`Could not unzip uploaded file: ${error.message}`);
    throw error;
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
