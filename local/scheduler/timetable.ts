import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Timer } from '../clock.ts';
import { transaction } from '../database.ts';
import { type Delivery, Outbox } from '../outbox.ts';
import type { Sender } from '../ports.ts';
import { following } from '../schedule.ts';
import type { StackContext } from '../service.ts';
import { exhausted, retryTime, sendTo, type TargetPorts } from '../target.ts';
import { scheduleOf } from './definition.ts';
import type { Definition, Store, StoredSchedule, Target } from './store.ts';

/** One time of one schedule. */
interface Work {
  readonly scheduleArn: string;
  readonly target: Target;
  readonly scheduledTime: number;
  readonly executionId: string;
}

/**
 * Fires schedules when they are due; a time that has fired is stored together with the next, so it reaches its target at least
 * once. When the clock is turned by seven days, `rate(1 minute)` does not fire 10,080 times: it fires once and goes on from the new
 * time. Times that passed while the stack was down are left out likewise; only a one-time schedule is made up for then.
 */
export class Timetable {
  readonly #context: StackContext;
  readonly #database: DatabaseSync;
  readonly #store: Store;
  readonly #outbox: Outbox<Work>;
  #timer: Timer | undefined;
  #going = false;

  constructor(context: StackContext, database: DatabaseSync, store: Store, ports: TargetPorts) {
    this.#context = context;
    this.#database = database;
    this.#store = store;
    this.#outbox = new Outbox<Work>(database, context.clock, {
      deliver: ({ work, attempts }) =>
        sendTo(ports, work.target.Arn, this.#payload(work, attempts + 1), work.executionId, senderOf(work)),
      retryAt: (delivery, error) =>
        retryTime(delivery.work.target.RetryPolicy ?? {}, delivery, error, context.clock.now()),
      giveUp: (delivery, error) => this.#deadLetter(ports, delivery, error),
    });
  }

  arn({ GroupName, Name }: Pick<Definition, 'GroupName' | 'Name'>): string {
    const { partition, region, account } = this.#context;
    return `arn:${partition}:scheduler:${region}:${account}:schedule/${GroupName}/${Name}`;
  }

  /** Makes or replaces a schedule. What did not change goes on as it was; else its times are counted anew. */
  save(definition: Definition, fromTemplate: boolean): void {
    const existing = this.#store.get(definition.GroupName, definition.Name);
    const now = this.#context.clock.now();
    if (existing !== undefined && JSON.stringify(existing.definition) === JSON.stringify(definition)) {
      this.#store.save({ ...existing, fromTemplate });
    } else {
      const nextAt = definition.State === 'ENABLED' ? firstTime(definition, now) : null;
      this.#store.save({ definition, createdAt: existing?.createdAt ?? now, modifiedAt: now, nextAt, fromTemplate });
    }
    this.#arm();
  }

  start(): void {
    const now = this.#context.clock.now();
    this.#going = true;
    for (const schedule of this.#store.all()) {
      const { definition, nextAt } = schedule;
      if (nextAt === null || nextAt > now || scheduleOf(definition).kind === 'at') continue;
      this.#store.save({ ...schedule, nextAt: within(definition, scheduleOf(definition).next(now)) });
    }
    this.#outbox.start();
    this.#arm();
  }

  async close(): Promise<void> {
    this.#going = false;
    this.#timer?.cancel();
    await this.#outbox.close();
  }

  #arm(): void {
    this.#timer?.cancel();
    const times = this.#store.all().flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]));
    if (this.#going && times.length > 0) {
      this.#timer = this.#context.clock.at(Math.min(...times), () => this.#fire());
    }
  }

  #fire(): void {
    const now = this.#context.clock.now();
    transaction(this.#database, () => {
      for (const schedule of this.#store.all()) {
        if (schedule.nextAt !== null && schedule.nextAt <= now) this.#fireOne(schedule, schedule.nextAt, now);
      }
    });
    this.#outbox.wake();
    this.#arm();
  }

  #fireOne(schedule: StoredSchedule, scheduledTime: number, now: number): void {
    const { definition } = schedule;
    const scheduleArn = this.arn(definition);
    this.#outbox.add({ scheduleArn, target: definition.Target, scheduledTime, executionId: randomUUID() });
    const nextAt = within(definition, following(scheduleOf(definition), scheduledTime, now));
    if (nextAt === null && definition.ActionAfterCompletion === 'DELETE') this.#store.remove(definition);
    else this.#store.save({ ...schedule, nextAt });
  }

  #payload(work: Work, attempt: number): string {
    const { scheduleArn, target, executionId } = work;
    const time = wholeSeconds(work.scheduledTime);
    if (target.Input === undefined) {
      const { account, region } = this.#context;
      const event = {
        version: '0',
        id: executionId,
        'detail-type': 'Scheduled Event',
        source: 'aws.scheduler',
        account,
      };
      // A text, not an object: so AWS has it.
      return JSON.stringify({ ...event, time, region, resources: [scheduleArn], detail: '{}' });
    }
    return target.Input.replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
      .replaceAll('<aws.scheduler.scheduled-time>', time)
      .replaceAll('<aws.scheduler.execution-id>', executionId)
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
  }

  /** The attributes are those of the EventBridge Scheduler User Guide, "Configuring a dead-letter queue". */
  #deadLetter(ports: TargetPorts, delivery: Delivery<Work>, error: Error): void {
    const { target, scheduleArn, executionId, scheduledTime } = delivery.work;
    const queue = target.DeadLetterConfig?.Arn;
    if (queue === undefined) {
      console.error(`Scheduler dropped ${scheduleArn} for ${target.Arn}: ${error.name}: ${error.message}`);
      return;
    }
    const letter = {
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: target.Arn,
      EXECUTION_ID: executionId,
      SCHEDULED_TIME: wholeSeconds(scheduledTime),
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(delivery.attempts - 1),
      IS_PAYLOAD_TRUNCATED: 'false',
      ...exhausted(target.RetryPolicy ?? {}, delivery, error),
    };
    ports.sendMessage(queue, this.#payload(delivery.work, delivery.attempts), letter, senderOf(delivery.work));
  }
}

/** A schedule calls with its target's role, dead letters included. Its trust may name the group of schedules, not a single one. */
function senderOf({ scheduleArn, target, executionId }: Work): Sender {
  const sourceArn = scheduleArn.replace(/:schedule\/([^/]+)\/.*$/, ':schedule-group/$1');
  return { service: 'scheduler.amazonaws.com', sourceArn, role: target.RoleArn, session: executionId };
}

/** A rate begins at its StartDate, or one period from now. */
function firstTime(definition: Definition, now: number): number | null {
  const schedule = scheduleOf(definition);
  const { StartDate: start } = definition;
  if (start === undefined || start <= now) return within(definition, schedule.next(now));
  return within(definition, schedule.kind === 'rate' ? start : schedule.next(start - 1));
}

function within({ EndDate }: Definition, time: number | undefined): number | null {
  return time === undefined || time > (EndDate ?? Number.POSITIVE_INFINITY) ? null : time;
}

function wholeSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
