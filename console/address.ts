/** Where the console is served. */
export const ROOT = '/pipelines';

/** Paths of ours that could also be the name of a pipeline. */
const TAKEN = new Set(['style.css', 'page.js']);

/** What a pipeline's page is asked to show: the builds of a run, the log of an action execution, its lines after an index. */
export interface Choice {
  readonly run?: string | undefined;
  readonly execution?: string | undefined;
  readonly after?: number | undefined;
}

/** The address of a pipeline's page. */
export function pageAddress(pipeline: string, choice: Choice = {}, part = ''): string {
  return `${ROOT}/${encodeURIComponent(pipeline)}${TAKEN.has(pipeline) ? '/' : ''}${queryOf(choice)}${part}`;
}

/** The address of what changes on that page. */
export function liveAddress(pipeline: string, choice: Choice): string {
  return `${ROOT}/${encodeURIComponent(pipeline)}/live${queryOf(choice)}`;
}

/** The address of the lines of a log. */
export function logAddress(pipeline: string, execution: string): string {
  return `${ROOT}/${encodeURIComponent(pipeline)}/log${queryOf({ execution })}`;
}

/** The address to link to, when a browser may follow it: http and https only, and no page of the AWS console, which knows nothing of local runs. */
export function outsideAddress(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { protocol, hostname, href } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  return /(^|\.)console\.aws\.amazon\.com$/.test(hostname) ? undefined : href;
}

function queryOf({ run, execution, after }: Choice): string {
  const query = new URLSearchParams();
  if (run !== undefined) query.set('run', run);
  if (execution !== undefined) query.set('execution', execution);
  if (after !== undefined) query.set('after', String(after));
  return query.size === 0 ? '' : `?${query}`;
}
