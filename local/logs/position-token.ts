import { invalidParameter } from './input.ts';
import type { Position } from './store.ts';

/** A token of GetLogEvents: `f/` goes on after the position, `b/` goes back before it. */
export function positionToken(direction: 'f' | 'b', { time, id }: Position): string {
  return `${direction}/${String(time).padStart(16, '0')}${String(id).padStart(16, '0')}`;
}

export function readPositionToken(token: string): { readonly direction: 'f' | 'b'; readonly position: Position } {
  const match = /^([fb])\/(\d{16})(\d{16})$/.exec(token);
  if (match === null) throw invalidParameter('The specified nextToken is invalid.');
  return { direction: match[1] as 'f' | 'b', position: { time: Number(match[2]), id: Number(match[3]) } };
}
