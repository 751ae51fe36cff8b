import type { ActionExecution } from './action.ts';

/** Where reviewers go: the page of the approval, and the pipeline. Only a signed page shows and decides. */
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
      token: action.approvalToken,
      expires: toTheMinute(action.deadline, iso),
      externalEntityLink: ExternalEntityLink,
      approvalReviewLink: links.approvalReviewLink,
      customData: CustomData,
    },
  });
}

/** The mail to our own approvers with the link that decides. Every line that holds a user's words is indented, so that none can pass for ours. */
export function decidingMail(action: ActionExecution, reviewLink: string, iso: (time: number) => string): string {
  return [
    ...opening(action),
    'See what is to be approved, and decide:',
    reviewLink,
    '',
    ...details(action, iso),
    '',
    'Opening the link changes nothing. Whoever has this mail can decide.',
  ].join('\n');
}

/** The mail to our own approvers where a link only shows. */
export function showingMail(action: ActionExecution, reviewLink: string, iso: (time: number) => string): string {
  return [
    ...opening(action),
    'See what is to be approved; the link does not decide:',
    reviewLink,
    '',
    ...byCredentials(action),
    '',
    ...details(action, iso),
  ].join('\n');
}

/** The mail where nothing is signed: of the action's own topic, and to our approvers where links are off. Its address promises no decision. */
export function approvalNotice(action: ActionExecution, address: string, iso: (time: number) => string): string {
  return [
    ...opening(action),
    ...byCredentials(action),
    '',
    ...details(action, iso),
    '',
    'This address only names the approval. It does not decide:',
    address,
  ].join('\n');
}

function byCredentials({ pipelineName, stage, action }: ActionExecution): readonly string[] {
  return [
    'Decide with your own credentials: PutApprovalResult takes',
    `    pipeline ${pipelineName}, stage ${stage}, action ${action}`,
    '    and the token that GetPipelineState shows for the action.',
  ];
}

function opening({ pipelineName, stage, action }: ActionExecution): readonly string[] {
  return [`Pipeline ${pipelineName} waits for your approval: action ${action} in stage ${stage}.`, ''];
}

function details({ deadline, resolvedConfiguration }: ActionExecution, iso: (time: number) => string) {
  const { ExternalEntityLink, CustomData } = resolvedConfiguration ?? {};
  return [
    `It expires at ${toTheMinute(deadline, iso)}.`,
    ...(ExternalEntityLink === undefined ? [] : ['', 'Look at:', indented(ExternalEntityLink)]),
    ...(CustomData === undefined ? [] : ['', 'Comment:', indented(CustomData)]),
  ];
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
