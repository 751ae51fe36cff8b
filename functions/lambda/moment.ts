import { type Html, html } from './html.ts';
import { iso } from './iso.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time for people and machines: `28 Nov 2026, 07:52 UTC` in a `time` element. */
export function moment(time: number): Html {
  const date = new Date(time);
  const text = `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${iso(time).slice(11, 16)} UTC`;
  return html`<time datetime="${iso(time)}">${text}</time>`;
}
