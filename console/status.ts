import { type Html, html } from './markup.ts';

type Tone = 'good' | 'bad' | 'going' | 'wait' | 'quiet';
type Shape = keyof typeof SHAPES;

/** Drawn on 16 by 16; `cut` is in the colour of what lies behind. */
const SHAPES = {
  check: '<circle cx="8" cy="8" r="7"/><path class="cut" d="M4.7 8.3l2.3 2.3 4.3-4.9"/>',
  cross: '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="cut" d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"/>',
  turning: '<circle class="track" cx="8" cy="8" r="6"/><path class="arc" d="M8 2a6 6 0 0 1 6 6"/>',
  pause: '<circle cx="8" cy="8" r="7"/><path class="cut" d="M6.2 5.2v5.6M9.8 5.2v5.6"/>',
  square: '<circle cx="8" cy="8" r="7"/><path class="cut" d="M5.8 5.8h4.4v4.4H5.8z"/>',
  passed: '<circle cx="8" cy="8" r="7"/><path class="cut" d="M4.7 5.2L7.5 8l-2.8 2.8M8.7 5.2L11.5 8l-2.8 2.8"/>',
  minus: '<circle cx="8" cy="8" r="7"/><path class="cut" d="M4.8 8h6.4"/>',
  ring: '<circle class="dots" cx="8" cy="8" r="6"/>',
} as const;

interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: Shape;
}

/** The API's statuses of runs, stages and actions, and the console's own two. */
const LOOKS: Readonly<Record<string, Look>> = {
  InProgress: { word: 'In progress', tone: 'going', shape: 'turning' },
  Stopping: { word: 'Stopping', tone: 'going', shape: 'turning' },
  Succeeded: { word: 'Succeeded', tone: 'good', shape: 'check' },
  Failed: { word: 'Failed', tone: 'bad', shape: 'cross' },
  Stopped: { word: 'Stopped', tone: 'quiet', shape: 'square' },
  Cancelled: { word: 'Cancelled', tone: 'quiet', shape: 'minus' },
  Abandoned: { word: 'Abandoned', tone: 'quiet', shape: 'minus' },
  Superseded: { word: 'Superseded', tone: 'quiet', shape: 'passed' },
  Skipped: { word: 'Skipped', tone: 'quiet', shape: 'passed' },
  WaitingForApproval: { word: 'Waiting for approval', tone: 'wait', shape: 'pause' },
  NotStarted: { word: 'Not started', tone: 'quiet', shape: 'ring' },
};

/** Whether work of this status goes on. */
export function goesOn(status: string | undefined): boolean {
  return status === 'InProgress' || status === 'Stopping';
}

/** The colour of a status: it stands beside word and symbol, never for them. */
export function toneOf(status: string): Tone {
  return lookOf(status).tone;
}

/** A status in words, as in `Waiting for approval`. */
export function wordOf(status: string): string {
  return lookOf(status).word;
}

/** A status as symbol and word. */
export function badge(status: string): Html {
  const { word, tone, shape } = lookOf(status);
  return html`<span class="badge ${tone}"><svg class="icon ${shape}" viewBox="0 0 16 16" aria-hidden="true">${{ html: SHAPES[shape] }}</svg>${word}</span>`;
}

function lookOf(status: string): Look {
  return (Object.hasOwn(LOOKS, status) ? LOOKS[status] : undefined) ?? { word: status, tone: 'quiet', shape: 'ring' };
}
