import type { AnsweredCall } from './gateway/options.ts';
import type { Judged } from './iam/authorizer.ts';
import type { Ports } from './ports.ts';

/** The service that hands an event to a function. */
export type EventSource = 'api-gateway' | 'dynamodb-stream' | 'eventbridge' | 'scheduler' | 'sns' | 'step-functions';

/** An event on its way to a function; `payload` is JSON text. */
export interface FunctionEvent {
  readonly source: EventSource;
  /** Name or ARN. */
  readonly function: string;
  readonly payload: string;
}

/**
 * Is told what goes through a stack: each signed call, when it is done, each event that a service hands to a function, before it gets there,
 * and each permission that is asked for, with what came of it.
 */
export interface StackRecorder {
  call(call: AnsweredCall): void;
  event(event: FunctionEvent): void;
  readonly access: (judged: Judged) => void;
}

/** The ports for one service, whose events for functions are told to the recorder. */
export function recordedPorts(ports: Ports, source: EventSource, recorder: StackRecorder | undefined): Ports {
  if (recorder === undefined) return ports;
  const own: Pick<Ports, 'invoke' | 'invokeLater'> = {
    invoke: (functionArn, payload, by) => {
      recorder.event({ source, function: functionArn, payload });
      return ports.invoke(functionArn, payload, by);
    },
    invokeLater: (functionArn, payload, by) => {
      recorder.event({ source, function: functionArn, payload });
      return ports.invokeLater(functionArn, payload, by);
    },
  };
  return Object.assign(Object.create(ports) as Ports, own);
}
