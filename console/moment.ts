import { type Html, html } from './markup.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two largest units: `41 s`, `3 min 5 s`, `6 d 23 h`. */
export function lengthOf(milliseconds: number): string {
  const length = Math.max(0, milliseconds);
  if (length < SECOND) return 'under 1 s';
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return two(length, MINUTE, 'min', SECOND, 's');
  if (length < DAY) return two(length, HOUR, 'h', MINUTE, 'min');
  return two(length, DAY, 'd', HOUR, 'h');
}

/** How far a time is from now, in its largest unit: `just now`, `3 min ago`, `in 6 d`. */
export function distance(time: number, now: number): string {
  const length = Math.abs(now - time);
  if (length < 5 * SECOND) return 'just now';
  const [unit, name] =
    length < MINUTE ? [SECOND, 's'] : length < HOUR ? [MINUTE, 'min'] : length < DAY ? [HOUR, 'h'] : [DAY, 'd'];
  const text = `${Math.floor(length / unit)} ${name}`;
  return time > now ? `in ${text}` : `${text} ago`;
}

/** A time as `2026-11-21 06:01:22Z`, read by machines too. */
export function isoTime(time: number): Html {
  return html`<time datetime="${new Date(time).toISOString()}">${isoText(time)}</time>`;
}

/** A time as its distance from now; the time itself is its title. */
export function relativeTime(time: number, now: number): Html {
  return html`<time datetime="${new Date(time).toISOString()}" title="${isoText(time)}">${distance(time, now)}</time>`;
}

/** The time of day in UTC, `06:01:22`. */
export function clockText(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

function isoText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

function two(length: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((length % large) / small);
  return `${Math.floor(length / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
