/** How a variable is compared with a value. */
export const operators = ['EQ', 'NE', 'CONTAINS', 'MATCHES'] as const;

export type Operator = (typeof operators)[number];

/** What a rule VariableCheck compares: its variable resolved. */
export interface Comparison {
  readonly variable: string;
  readonly operator: Operator;
  readonly value: string;
}

/** Whether a comparison holds. `matches`: whether a whole text is as a regular expression says. */
export function holds(
  { variable, operator, value }: Comparison,
  matches: (pattern: string, text: string) => boolean,
): boolean {
  switch (operator) {
    case 'EQ':
      return variable === value;
    case 'NE':
      return variable !== value;
    case 'CONTAINS':
      return variable.includes(value);
    case 'MATCHES':
      return matches(value, variable);
  }
}

/** Whether a text is an operator: one that a variable stood for may be none. */
export function isOperator(text: string | undefined): text is Operator {
  return operators.some((operator) => operator === text);
}
