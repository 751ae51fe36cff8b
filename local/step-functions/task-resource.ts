import type { State } from './definition.ts';

/** What a Task's Resource asks for. */
export interface TaskResource {
  readonly resourceType: 'lambda' | 'states';
  /** As histories have it: `invoke`, `invoke.waitForTaskToken`, `startExecution`. */
  readonly resource: string;
  readonly withToken: boolean;
}

/** Reads the Resource of a Task that `readDefinition` has let pass. */
export function resourceOf({ Resource = '' }: State): TaskResource {
  const [resourceType, resource = ''] = Resource.split(':states:::')[1]?.split(':') ?? [];
  return {
    resourceType: resourceType === 'states' ? 'states' : 'lambda',
    resource,
    withToken: resource.endsWith('.waitForTaskToken'),
  };
}
