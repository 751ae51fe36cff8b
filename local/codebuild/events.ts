import type { BusEvent } from '../ports.ts';
import type { StackContext } from '../service.ts';
import type { Build, Phase } from './build.ts';
import { currentPhase, isOver } from './build.ts';
import { durationInSeconds, showLogs } from './shown.ts';

/** What CodeBuild tells EventBridge of a change: each phase that ended with it, then the build's status if that changed. */
export function eventsOf(before: Build | undefined, after: Build, context: StackContext): BusEvent[] {
  const known = new Set(
    before?.phases.filter(({ status }) => status).map((phase) => `${phase.type} ${phase.startTime}`),
  );
  const ended = after.phases.filter((phase) => phase.status && !known.has(`${phase.type} ${phase.startTime}`));
  const events = ended.map((phase) => phaseChange(after, phase, context));
  return before?.status === after.status ? events : [...events, stateChange(after, context)];
}

function stateChange(build: Build, context: StackContext): BusEvent {
  return event(build, 'CodeBuild Build State Change', {
    'build-status': build.status,
    ...common(build, context),
    'current-phase': currentPhase(build).type,
    'current-phase-context': contextText(currentPhase(build)),
  });
}

function phaseChange(build: Build, phase: Phase, context: StackContext): BusEvent {
  const endTime = phase.endTime ?? phase.startTime;
  return event(build, 'CodeBuild Build Phase Change', {
    'completed-phase': phase.type,
    'completed-phase-status': phase.status,
    'completed-phase-context': contextText(phase),
    'completed-phase-duration-seconds': durationInSeconds(phase.startTime, endTime),
    'completed-phase-start': eventTime(phase.startTime),
    'completed-phase-end': eventTime(endTime),
    ...common(build, context),
  });
}

function event(build: Build, detailType: string, detail: object): BusEvent {
  return { source: 'aws.codebuild', detailType, resources: [build.arn], detail };
}

function common(build: Build, context: StackContext): object {
  const { cache, environment, queuedTimeoutInMinutes, source, timeoutInMinutes } = build.definition;
  const logs = showLogs(build, context);
  return {
    'project-name': build.projectName,
    'build-id': build.arn,
    version: '1',
    'additional-information': {
      cache: { type: cache?.type ?? 'NO_CACHE' },
      artifact: build.artifact ?? { location: '' },
      environment: {
        image: environment.image,
        'privileged-mode': environment.privilegedMode ?? false,
        'image-pull-credentials-type': environment.imagePullCredentialsType ?? 'CODEBUILD',
        'compute-type': environment.computeType,
        type: environment.type,
        'environment-variables': (environment.environmentVariables ?? []).map(({ name, value, type }) => ({
          name,
          value,
          type: type ?? 'PLAINTEXT',
        })),
      },
      'timeout-in-minutes': timeoutInMinutes,
      'queued-timeout-in-minutes': queuedTimeoutInMinutes,
      'build-complete': isOver(build),
      initiator: build.initiator,
      'build-number': build.number,
      'build-start-time': eventTime(build.startTime),
      ...(build.definition.sourceVersion && { 'source-version': build.definition.sourceVersion }),
      source: { location: source.location ?? '', type: source.type },
      logs: { 'group-name': logs['groupName'], 'stream-name': logs['streamName'], 'deep-link': logs['deepLink'] },
      phases: build.phases.map(phaseDetail),
    },
  };
}

function phaseDetail({ type, status, startTime, endTime, contexts }: Phase): object {
  const phase = { 'phase-type': type, 'start-time': eventTime(startTime) };
  if (endTime === undefined) return phase;
  return {
    ...phase,
    'end-time': eventTime(endTime),
    'duration-in-seconds': durationInSeconds(startTime, endTime),
    'phase-status': status,
    'phase-context':
      contexts.length === 0 ? [': '] : contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`),
  };
}

function contextText({ contexts, endTime }: Phase): string {
  if (endTime === undefined) return '[]';
  return contexts.length === 0
    ? '[: ]'
    : `[${contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`).join(', ')}]`;
}

const timeFormat = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
});

/** `Sep 1, 2017 4:12:29 PM`, as in CodeBuild's events (its user guide, "Build notifications input format reference"). */
export function eventTime(time: number): string {
  const part = Object.fromEntries(timeFormat.formatToParts(time).map(({ type, value }) => [type, value]));
  return `${part['month']} ${part['day']}, ${part['year']} ${part['hour']}:${part['minute']}:${part['second']} ${part['dayPeriod']}`;
}
