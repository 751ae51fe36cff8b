import { invalid } from './project.ts';

/** Items on a page of CodeBuild's listings. */
export const PAGE = 100;

/** Reads a list of 1 to 100 names or ids. */
export function readList(member: string, value: unknown): string[] {
  if (
    !Array.isArray(value) ||
    value.length < 1 ||
    value.length > 100 ||
    !value.every((item) => typeof item === 'string' && item)
  ) {
    throw invalid(`${member} must be a list of 1 to 100 texts.`);
  }
  return value;
}

/** Reads `sortOrder`. */
export function isAscending(value: unknown, whenAbsent: boolean): boolean {
  if (value === undefined || value === null) return whenAbsent;
  if (value !== 'ASCENDING' && value !== 'DESCENDING') throw invalid(`Invalid sortOrder: ${value}.`);
  return value === 'ASCENDING';
}

/** Reads a `nextToken` that `writeToken` made. */
export function readToken(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const position = Buffer.from(String(value), 'base64url').toString();
  if (!/^\d{1,15}$/.test(position)) throw invalid('Invalid nextToken.');
  return Number(position);
}

export function writeToken(position: number): string {
  return Buffer.from(String(position)).toString('base64url');
}
