import { type AttributeValue, attribute, bytesOf, equal, type Item, order, typeOf } from './attribute-value.ts';
import { type Path, valueAt } from './path.ts';

/** A parsed condition or filter. */
export type Condition =
  | { readonly type: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly type: 'not'; readonly of: Condition }
  | { readonly type: 'comparison'; readonly operator: string; readonly operands: readonly Operand[] }
  | { readonly type: 'function'; readonly name: string; readonly operands: readonly Operand[] };

export type Operand =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'value'; readonly name: string }
  | { readonly type: 'size'; readonly of: Operand };

/** Whether an item (an empty one when there is none) meets a condition. */
export function holds(condition: Condition, item: Item, values: Item): boolean {
  switch (condition.type) {
    case 'and':
      return holds(condition.left, item, values) && holds(condition.right, item, values);
    case 'or':
      return holds(condition.left, item, values) || holds(condition.right, item, values);
    case 'not':
      return !holds(condition.of, item, values);
    case 'comparison':
      return compare(
        condition.operator,
        condition.operands.map((operand) => resolve(operand, item, values)),
      );
    case 'function':
      return call(
        condition.name,
        condition.operands.map((operand) => resolve(operand, item, values)),
      );
  }
}

/** The first steps of all paths in a condition: the attributes that it looks at. */
export function attributesOf(condition: Condition): (string | number)[] {
  switch (condition.type) {
    case 'and':
    case 'or':
      return [...attributesOf(condition.left), ...attributesOf(condition.right)];
    case 'not':
      return attributesOf(condition.of);
    case 'comparison':
    case 'function':
      return condition.operands.flatMap(attributesOfOperand);
  }
}

function attributesOfOperand(operand: Operand): (string | number)[] {
  if (operand.type === 'value') return [];
  return operand.type === 'size' ? attributesOfOperand(operand.of) : operand.path.slice(0, 1);
}

function resolve(operand: Operand, item: Item, values: Item): AttributeValue | undefined {
  switch (operand.type) {
    case 'path':
      return valueAt(item, operand.path);
    case 'value':
      return attribute(values, operand.name);
    case 'size':
      return size(resolve(operand.of, item, values));
  }
}

function size(value: AttributeValue | undefined): AttributeValue | undefined {
  if (!value) return undefined;
  if (value.S !== undefined) return { N: String(value.S.length) };
  if (value.B !== undefined) return { N: String(Buffer.byteLength(value.B, 'base64')) };
  if (value.M) return { N: String(Object.keys(value.M).length) };
  const elements = value.L ?? value.SS ?? value.NS ?? value.BS;
  return elements && { N: String(elements.length) };
}

type Operands = readonly (AttributeValue | undefined)[];

function compare(operator: string, [first, second, third, ...more]: Operands): boolean {
  if (operator === '<>') return !(first && second && equal(first, second));
  if (!first) return false;
  if (operator === 'in') return [second, third, ...more].some((value) => value !== undefined && equal(first, value));
  if (!second) return false;
  if (operator === '=') return equal(first, second);
  const sign = order(first, second);
  if (sign === undefined) return false;
  switch (operator) {
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    case 'between':
      return sign >= 0 && third !== undefined && (order(first, third) ?? 1) <= 0;
    default:
      throw new TypeError(`The comparison ${operator} is not known.`);
  }
}

function call(name: string, [first, second]: Operands): boolean {
  switch (name) {
    case 'attribute_exists':
      return first !== undefined;
    case 'attribute_not_exists':
      return first === undefined;
    case 'attribute_type':
      return first !== undefined && typeOf(first) === second?.S;
    case 'begins_with':
      return first !== undefined && second !== undefined && beginsWith(first, second);
    case 'contains':
      return first !== undefined && second !== undefined && contains(first, second);
    default:
      throw new TypeError(`The function ${name} is not known.`);
  }
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B === undefined || prefix.B === undefined) return false;
  const bytes = bytesOf(prefix.B);
  return bytesOf(value.B).subarray(0, bytes.length).equals(bytes);
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.L) return value.L.some((element) => equal(element, part));
  if (part.S !== undefined) return value.S?.includes(part.S) ?? value.SS?.includes(part.S) ?? false;
  if (part.N !== undefined) return value.NS?.includes(part.N) ?? false;
  if (part.B === undefined) return false;
  return value.B !== undefined ? bytesOf(value.B).includes(bytesOf(part.B)) : (value.BS?.includes(part.B) ?? false);
}
