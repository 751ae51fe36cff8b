import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Timer } from '../clock.ts';
import { transaction, unsynced } from '../database.ts';
import { Outbox } from '../outbox.ts';
import { following, parseSchedule } from '../schedule.ts';
import type { StackContext } from '../service.ts';
import { retryTime, sendTo, type TargetPorts } from '../target.ts';
import { deadLetter, senderOf, type Work } from './dead-letter.ts';
import { type Envelope, envelope, type Occurrence } from './envelope.ts';
import { payloadFor } from './input.ts';
import { compilePattern } from './pattern.ts';
import type { Rule, Store, Target } from './store.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** The default event bus: an event and its deliveries are stored as one, then delivered at least once. */
export class Bus {
  readonly #context: StackContext;
  readonly #database: DatabaseSync;
  readonly #store: Store;
  readonly #outbox: Outbox<Work>;
  readonly #tests = new Map<string, ReturnType<typeof compilePattern>>();
  #timer: Timer | undefined;
  #going = false;
  #forgotten = Number.NEGATIVE_INFINITY;

  constructor(context: StackContext, database: DatabaseSync, store: Store, ports: TargetPorts) {
    this.#context = context;
    this.#database = database;
    this.#store = store;
    this.#outbox = new Outbox<Work>(database, context.clock, {
      deliver: ({ work, id }) => sendTo(ports, work.target.Arn, work.payload, `${work.eventId}_${id}`, senderOf(work)),
      retryAt: (delivery, error) =>
        retryTime(delivery.work.target.RetryPolicy ?? {}, delivery, error, context.clock.now()),
      giveUp: (delivery, error) => deadLetter(ports, delivery, error),
    });
  }

  arn(name: string): string {
    const { partition, region, account } = this.#context;
    return `arn:${partition}:events:${region}:${account}:rule/${name}`;
  }

  /** Stores events and what they lead to before it returns. What no rule wants need not wait for the disk. */
  put(occurrences: readonly Occurrence[]): void {
    if (occurrences.length === 0) return;
    const now = this.#context.clock.now();
    const events = occurrences.map((occurrence) => envelope(this.#context, occurrence));
    const rules = this.#store.rules();
    const wanted = events.flatMap((event) =>
      rules.filter((rule) => this.#matches(rule, event)).map((rule) => [rule, event] as const),
    );
    const write = () =>
      transaction(this.#database, () => {
        for (const event of events) this.#store.keep(event, now);
        for (const [rule, event] of wanted) this.#address(rule, event);
        this.#forget(now);
      });
    if (wanted.length === 0) unsynced(this.#database, write);
    else write();
    this.#outbox.wake();
  }

  /** Saves a rule; its schedule begins anew when `fresh`, and at the next time that is still to come otherwise. */
  saveRule(rule: Rule, fresh: boolean): void {
    const scheduled = rule.state === 'ENABLED' && rule.scheduleExpression !== undefined;
    const next = () => parseSchedule(rule.scheduleExpression ?? '').next(this.#context.clock.now()) ?? null;
    this.#store.save({ ...rule, nextAt: !scheduled ? null : fresh || rule.nextAt === null ? next() : rule.nextAt });
    this.#arm();
  }

  /** Goes on with deliveries and schedules. Times of schedules that passed while the stack was down are left out. */
  start(): void {
    const now = this.#context.clock.now();
    this.#going = true;
    for (const rule of this.#store.rules()) if (rule.nextAt !== null && rule.nextAt <= now) this.saveRule(rule, true);
    this.#outbox.start();
    this.#arm();
  }

  async close(): Promise<void> {
    this.#going = false;
    this.#timer?.cancel();
    await this.#outbox.close();
  }

  #matches(rule: Rule, event: Envelope): boolean {
    const { eventPattern, state } = rule;
    if (state !== 'ENABLED' || eventPattern === undefined) return false;
    const test = this.#tests.get(eventPattern) ?? compilePattern(eventPattern);
    this.#tests.set(eventPattern, test);
    return test(event as unknown as Readonly<Record<string, unknown>>);
  }

  #address(rule: Rule, event: Envelope): void {
    const ruleArn = this.arn(rule.name);
    const ingested = new Date(this.#context.clock.now()).toISOString();
    for (const target of rule.targets) {
      const payload = payloadFor(target, event, { ruleArn, ruleName: rule.name, ingested });
      this.#outbox.add({
        ruleArn,
        target: addressOf(target, rule),
        eventId: event.id,
        payload,
        ...letter(target, event),
      });
    }
  }

  #arm(): void {
    this.#timer?.cancel();
    const times = this.#store.rules().flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]));
    if (this.#going && times.length > 0) {
      this.#timer = this.#context.clock.at(Math.min(...times), () => this.#fire());
    }
  }

  /** A schedule that the clock has passed many times (it was turned) fires once and goes on from the new time. */
  #fire(): void {
    const now = this.#context.clock.now();
    transaction(this.#database, () => {
      for (const rule of this.#store.rules()) {
        if (rule.nextAt === null || rule.nextAt > now) continue;
        this.#address(rule, this.#scheduledEvent(rule, now));
        const next = following(parseSchedule(rule.scheduleExpression ?? ''), rule.nextAt, now);
        this.#store.save({ ...rule, nextAt: next ?? null });
      }
    });
    this.#outbox.wake();
    this.#arm();
  }

  #scheduledEvent(rule: Rule, time: number): Envelope {
    const event = { id: randomUUID(), source: 'aws.events', detailType: 'Scheduled Event', detail: {} };
    return envelope(this.#context, { ...event, time, resources: [this.arn(rule.name)] });
  }

  #forget(now: number): void {
    if (now - this.#forgotten < MINUTE) return;
    this.#forgotten = now;
    this.#store.forgetBefore(now - DAY);
  }
}

function addressOf({ Arn, RoleArn, DeadLetterConfig, RetryPolicy }: Target, rule: Rule): Work['target'] {
  const role = RoleArn ?? rule.roleArn;
  return {
    Arn,
    ...(role !== undefined && { RoleArn: role }),
    ...(DeadLetterConfig && { DeadLetterConfig }),
    ...(RetryPolicy && { RetryPolicy }),
  };
}

function letter(target: Target, event: Envelope): { event?: string } {
  return target.DeadLetterConfig?.Arn === undefined ? {} : { event: JSON.stringify(event) };
}
