import model from './codepipeline-model.json' with { type: 'json' };

/** A shape of CodePipeline's service model. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly required?: boolean }>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** An operation of the service model: its shapes by name, null where it has none. */
interface ModelOperation {
  readonly input: string | null;
  readonly output: string | null;
}

/** Where the live service takes more than its model says (aws-cdk issue 19767). */
const looser: Readonly<Record<string, Partial<Shape>>> = { ActionConfigurationValue: { max: 50_000 } };

const shapes = new Map(
  Object.entries(model.shapes as unknown as Record<string, Shape>).map(([name, shape]) => [
    name,
    { ...shape, ...looser[name] },
  ]),
);
const operations = new Map(Object.entries(model.operations as Record<string, ModelOperation>));

/** The shape of a name. Throws on a name that the model does not have. */
export function shapeOf(name: string): Shape {
  const shape = shapes.get(name);
  if (!shape) throw new Error(`The model has no shape ${name}.`);
  return shape;
}

/** An operation of the model; undefined when it has none of this name. */
export function modelOperation(name: string): ModelOperation | undefined {
  return operations.get(name);
}

/** Whether the input of an operation has a member of this name. */
export function hasMember(operation: string, name: string): boolean {
  const input = operations.get(operation)?.input;
  return input !== undefined && input !== null && Object.hasOwn(shapeOf(input).members ?? {}, name);
}
