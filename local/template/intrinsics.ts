import { invalid, isList, isMap, type Value } from './document.ts';

/** Where names of a template lead to. Each throws when the name leads nowhere. */
export interface Scope {
  /** The value of a parameter, pseudo parameter or resource; `undefined` is `AWS::NoValue`. */
  ref(name: string): Value | undefined;
  attribute(logicalId: string, attribute: string): Value;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): Value;
}

type IntrinsicFunction = (argument: Value, scope: Scope) => Value | undefined;

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (argument, scope) => scope.ref(text('Ref', argument)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, attribute] = getAttParts(argument);
    return scope.attribute(logicalId, text('Fn::GetAtt', resolve(attribute, scope)));
  },
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope) => {
    const [separator, items] = args('Fn::Join', argument, 2);
    return texts('Fn::Join', items, scope).join(text('Fn::Join', separator));
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = args('Fn::Split', argument, 2);
    return text('Fn::Split', resolve(whole, scope)).split(text('Fn::Split', separator));
  },
  'Fn::Select': select,
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = texts('Fn::FindInMap', args('Fn::FindInMap', argument, 3), scope);
    return scope.mapping(map ?? '', first ?? '', second ?? '');
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text('Fn::Base64', resolve(argument, scope))).toString('base64'),
  'Fn::If': (argument, scope) => resolve(chosen(argument, scope), scope),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = args('Fn::Equals', argument, 2).map((side) => comparable(resolve(side, scope)));
    return left === right;
  },
  'Fn::Not': (argument, scope) => !truth(args('Fn::Not', argument, 1)[0], scope),
  'Fn::And': (argument, scope) => operands('Fn::And', argument).every((operand) => truth(operand, scope)),
  'Fn::Or': (argument, scope) => operands('Fn::Or', argument).some((operand) => truth(operand, scope)),
};

/** The name and argument of an intrinsic function, or `undefined` for any other value. */
export function asFunction(value: Value | undefined): { readonly name: string; readonly argument: Value } | undefined {
  if (!isMap(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}

/** Computes every intrinsic function in a value; what becomes `AWS::NoValue` is left out of its list or map. */
export function resolve(value: Value | undefined, scope: Scope): Value | undefined {
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw invalid(`The local stack does not follow dynamic references: ${value}.`);
  }
  const called = asFunction(value);
  if (called === undefined) return each(value, (item) => resolve(item, scope));
  const compute = FUNCTIONS[called.name];
  if (compute === undefined) throw invalid(`The local stack does not compute ${called.name}.`);
  return compute(called.argument, scope);
}

/** Takes the branches that the conditions choose, and leaves all other functions as they are. */
export function chooseBranches(value: Value | undefined, scope: Scope): Value | undefined {
  const called = asFunction(value);
  if (called?.name === 'Fn::If') return chooseBranches(chosen(called.argument, scope), scope);
  if (called?.name === 'Ref' && called.argument === 'AWS::NoValue') return undefined;
  return each(value, (item) => chooseBranches(item, scope));
}

/** Whether an operand of a condition holds: a condition's name, or a function that gives true or false. */
export function truth(operand: Value | undefined, scope: Scope): boolean {
  const only = isMap(operand) && Object.keys(operand).length === 1 ? operand['Condition'] : undefined;
  if (typeof only === 'string') return scope.condition(only);
  const value = resolve(operand, scope);
  if (typeof value !== 'boolean') throw invalid(`A condition gives ${JSON.stringify(value)}, neither true nor false.`);
  return value;
}

/** The names that a text of `Fn::Sub` refers to, without `${!literals}`. */
export function subNames(template: string): readonly string[] {
  return [...template.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => (name ?? '').trim());
}

/** The two parts of an `Fn::Sub`: its text, and the variables of its longer form. */
export function subParts(argument: Value): readonly [string, Readonly<Record<string, Value>>] {
  if (typeof argument === 'string') return [argument, {}];
  const [template, variables] = args('Fn::Sub', argument, 2);
  if (!isMap(variables)) throw invalid('The variables of Fn::Sub must be a map.');
  return [text('Fn::Sub', template), variables];
}

/** The logical id and the attribute of an `Fn::GetAtt`, whichever way it is written. */
export function getAttParts(argument: Value): readonly [string, Value] {
  if (typeof argument === 'string' && argument.includes('.')) {
    const dot = argument.indexOf('.');
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, ...attribute] = isList(argument) ? argument : [];
  const [first] = attribute;
  if (first === undefined)
    throw invalid(`Fn::GetAtt needs a logical id and an attribute, not ${JSON.stringify(argument)}.`);
  const dotted = attribute.length > 1 ? attribute.map((part) => text('Fn::GetAtt', part)).join('.') : first;
  return [text('Fn::GetAtt', logicalId), dotted];
}

function sub(argument: Value, scope: Scope): string {
  const [template, variables] = subParts(argument);
  return template.replaceAll(/\$\{([^}]+)\}/g, (_, inner: string) => {
    if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
    const name = inner.trim();
    if (Object.hasOwn(variables, name)) return text(`Fn::Sub of ${name}`, resolve(variables[name], scope));
    const dot = name.indexOf('.');
    const value = dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
    return text(`Fn::Sub of ${name}`, value);
  });
}

function select(argument: Value, scope: Scope): Value | undefined {
  const [index, items] = args('Fn::Select', argument, 2);
  const list = resolve(items, scope);
  const at = Number(resolve(index, scope));
  const item = isList(list) ? list[at] : undefined;
  if (item === undefined) throw invalid(`Fn::Select finds nothing at ${at} of ${JSON.stringify(list)}.`);
  return item;
}

function chosen(argument: Value, scope: Scope): Value | undefined {
  const [condition, then, otherwise] = args('Fn::If', argument, 3);
  return scope.condition(text('Fn::If', condition)) ? then : otherwise;
}

function each(value: Value | undefined, change: (item: Value) => Value | undefined): Value | undefined {
  if (isList(value)) return value.map(change).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, change(item)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

function args(name: string, argument: Value, count: number): readonly Value[] {
  if (isList(argument) && argument.length === count) return argument;
  throw invalid(`${name} takes a list of ${count}, not ${JSON.stringify(argument)}.`);
}

function operands(name: string, argument: Value): readonly Value[] {
  if (isList(argument) && argument.length >= 2 && argument.length <= 10) return argument;
  throw invalid(`${name} takes 2 to 10 conditions, not ${JSON.stringify(argument)}.`);
}

function texts(name: string, items: Value | undefined, scope: Scope): readonly string[] {
  const list = resolve(items, scope);
  if (!isList(list)) throw invalid(`${name} needs a list, not ${JSON.stringify(list)}.`);
  return list.map((item) => text(name, item));
}

function text(name: string, value: Value | undefined): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(`${name} needs a string, not ${JSON.stringify(value)}.`);
}

function comparable(value: Value | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
