declare module 'dynalite/validations/index.js' {
  /** Checks JSON types; throws an error with a `body` in AWS's shape. Members that `types` does not name are left out. */
  export function checkTypes(data: object, types: object): object;
  export function checkValidations(data: object, types: object): void;
  /** Says what is wrong with a value, and rewrites its numbers in plain notation. */
  export function validateAttributeValue(value: object): string | undefined;
  export function validateExpressionParams(
    data: object,
    expressions: readonly string[],
    legacy: string[],
  ): string | undefined;
  /** Parses the expressions of a request into `_updates`, `_condition`, `_keyCondition`, `_filter`, `_projection`. */
  export function validateExpressions(data: object): string | undefined;
}

declare module 'dynalite/validations/createTable.js' {
  export const types: Readonly<Record<string, object>>;
  export function custom(data: object): string | undefined;
}
declare module 'dynalite/validations/putItem.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/updateItem.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/deleteItem.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/getItem.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/query.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/scan.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/batchGetItem.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/batchWriteItem.js' {
  export const types: Readonly<Record<string, object>>;
}
declare module 'dynalite/validations/listTables.js' {
  export const types: Readonly<Record<string, object>>;
}
