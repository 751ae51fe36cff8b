import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly required: boolean }>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

const shapes = model.shapes as unknown as Readonly<Record<string, Shape>>;

/** The one bound that differs from the model, on purpose. */
const configurationValueMaximum = 50_000;

/** The operations of the model, with the shape of each one's input. */
export const operations = Object.entries(model.operations as Readonly<Record<string, { input: string | null }>>).map(
  ([operation, { input }]) => ({ operation, input }),
);

/** The constraints of a shape. */
export function shapeOf(name = ''): Shape {
  const shape = shapes[name];
  if (!shape) throw new Error(`The model has no shape ${name}.`);
  return name === 'ActionConfigurationValue' ? { ...shape, max: configurationValueMaximum } : shape;
}

const uuid = '00000000-0000-4000-8000-000000000000';
const samples = [
  'x',
  '000',
  '0',
  '111122223333',
  uuid,
  'AWS',
  'arn:aws:iam::111122223333:role/web',
  'arn:aws:codepipeline:eu-west-1:111122223333:web',
  'arn:aws:lambda:eu-west-1:111122223333:function:web',
];

function textFor({ min = 0, max = Number.POSITIVE_INFINITY, pattern = '[\\s\\S]*', enum: values }: Shape): string {
  if (values) return values[0] ?? '';
  const fits = new RegExp(`^(?:${pattern})$`);
  const found = ['', 'x'.repeat(min), ...samples].find(
    (text) => text.length >= min && text.length <= max && fits.test(text),
  );
  if (found === undefined) throw new Error(`No sample matches ${pattern}.`);
  return found;
}

/** A valid input: the smallest, or with `whole` one that has every member, and an element in each list and map. */
export function validInput(name: string | undefined, whole: boolean): unknown {
  const shape = shapeOf(name);
  const least = Math.max(shape.min ?? 0, whole ? 1 : 0);
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {})
          .filter(([, { required }]) => required || whole)
          .map(([member, { shape: of }]) => [member, validInput(of, whole)]),
      );
    case 'list':
      return Array.from({ length: least }, () => validInput(shape.member, whole));
    case 'map':
      return least === 0 ? {} : { [textFor(shapeOf(shape.key))]: validInput(shape.value, whole) };
    case 'string':
      return textFor(shape);
    case 'integer':
      return shape.min ?? 0;
    case 'timestamp':
      return 0;
    case 'boolean':
      return false;
    default:
      throw new Error(`No sample for ${shape.type}.`);
  }
}
