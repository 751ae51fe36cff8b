import type { ActionExecution } from './action.ts';

/** Where reviewers go: the page that decides, and the pipeline. */
export interface ReviewLinks {
  readonly consoleLink: string;
  readonly approvalReviewLink: string;
}

/** The JSON message of an approval that CodePipeline publishes to its NotificationArn (user guide, JSON data format for approvals). */
export function approvalMessage(
  action: ActionExecution,
  region: string,
  links: ReviewLinks,
  iso: (time: number) => string,
): string {
  const { ExternalEntityLink, CustomData } = action.resolvedConfiguration ?? {};
  return JSON.stringify({
    region,
    consoleLink: links.consoleLink,
    approval: {
      pipelineName: action.pipelineName,
      stageName: action.stage,
      actionName: action.action,
      ...(action.approvalToken === undefined ? {} : { token: action.approvalToken }),
      expires: toTheMinute(action.deadline, iso),
      ...(ExternalEntityLink === undefined ? {} : { externalEntityLink: ExternalEntityLink }),
      approvalReviewLink: links.approvalReviewLink,
      ...(CustomData === undefined ? {} : { customData: CustomData }),
    },
  });
}

/** The mail to our own approvers. Every line that holds a user's words is indented, so that none can pass for ours. */
export function approvalMail(action: ActionExecution, reviewLink: string, iso: (time: number) => string): string {
  const { ExternalEntityLink, CustomData } = action.resolvedConfiguration ?? {};
  return [
    `Pipeline ${action.pipelineName} waits for your approval: action ${action.action} in stage ${action.stage}.`,
    '',
    'See what is to be approved, and decide:',
    reviewLink,
    '',
    `It expires at ${toTheMinute(action.deadline, iso)}.`,
    ...(ExternalEntityLink === undefined ? [] : ['', 'Look at:', indented(ExternalEntityLink)]),
    ...(CustomData === undefined ? [] : ['', 'Comment:', indented(CustomData)]),
    '',
    'Opening the link changes nothing. Whoever has this mail can decide.',
  ].join('\n');
}

/** The subject of an approval's message. */
export function approvalSubject({ pipelineName, action }: ActionExecution): string {
  return `APPROVAL NEEDED: ${pipelineName} ${action}`;
}

function toTheMinute(time: number, iso: (time: number) => string): string {
  return `${iso(time).slice(0, 16)}Z`;
}

function indented(text: string): string {
  return text
    .split(/\r\n|[\r\n\v\f\u0085\u2028\u2029]/)
    .map((line) => `    ${line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')}`)
    .join('\n');
}
