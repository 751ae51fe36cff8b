import { Choices, type Made, type Source } from '../simulation/choices.ts';
import { Broken } from '../simulation/promise.ts';
import { serve } from '../simulation/services.ts';
import { type Asked, Users } from '../simulation/users.ts';
import { judge } from '../simulation/verdict.ts';
import { World } from '../simulation/world.ts';

/** What became of a walk. */
export interface Walked {
  /** What to make again to walk the same way. */
  readonly made: Made;
  readonly asked: readonly Asked[];
  readonly befell: World['befell'];
  readonly trace: readonly string[];
  readonly failure?: Failure;
}

export interface Failure {
  /** The promise that was broken, or the name of the error that nobody expected. */
  readonly what: string;
  readonly message: string;
}

let world: World | undefined;
serve(() => {
  if (!world) throw new Error('Nobody walks.');
  return world;
});

/** Walks: a pipeline, what people do to it and what goes wrong, until all is over. What must hold is held against every step and the end. */
export async function walk(source: Source): Promise<Walked> {
  const choices = new Choices(source);
  world = new World(choices);
  const here = world;
  const users = new Users(here, 'pipeline');
  const walked = () => ({ made: choices.made, asked: users.asked, befell: here.befell, trace: here.trace });
  try {
    await users.begin();
    here.observer.look();
    await here.run();
    await judge(here, users);
    return walked();
  } catch (error) {
    return { ...walked(), failure: failureOf(error as Error) };
  }
}

function failureOf(error: Error): Failure {
  const { name, message } = error;
  return error instanceof Broken ? { what: error.promised, message } : { what: name, message: error.stack ?? message };
}
