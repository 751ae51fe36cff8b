import { describe, expect, it } from 'vitest';
import { deploymentWindow } from '../../../functions/actions/rules/deployment-window.ts';
import { deploymentWindow as type } from '../../../functions/domain/rule-types.ts';
import { aWork } from '../a-work.ts';

const now = Date.UTC(2026, 10, 20, 17, 30, 12);
const work = (configuration: Record<string, string>, at = now) => aWork(type, { configuration, now: at });

describe('a rule DeploymentWindow', () => {
  it('passes at once while its window is open', async () => {
    expect(await deploymentWindow.start(work({ Cron: '0 30 17 * * ?' }))).toMatchObject({ status: 'Succeeded' });
  });

  it('waits for its window, and is asked again when it opens', async () => {
    const given = { Cron: '0 0 9-17 ? * MON-FRI *', TimeZone: 'UTC+01:00' };
    const opens = Date.UTC(2026, 10, 23, 8);

    const waiting = await deploymentWindow.start(work(given));

    expect(waiting).toEqual({
      status: 'Running',
      cursor: String(opens),
      lookAt: opens,
      summary: 'The deployment window opens at 2026-11-23T08:00Z.',
    });
    expect(await deploymentWindow.resume?.(work(given, opens - 1), String(opens))).toEqual(waiting);
    expect(await deploymentWindow.resume?.(work(given, opens + 59_999), String(opens))).toMatchObject({
      status: 'Succeeded',
    });
  });

  it('waits for its next window when it was asked too late', async () => {
    const opened = Date.UTC(2026, 10, 20, 9);
    const resume = (delay: number) =>
      deploymentWindow.resume?.(work({ Cron: '0 0 9 * * ?' }, opened + delay), String(opened));

    expect(await resume(15 * 60_000)).toMatchObject({ status: 'Succeeded' });
    expect(await resume(15 * 60_000 + 1)).toMatchObject({
      status: 'Running',
      lookAt: opened + 24 * 60 * 60_000,
    });
  });

  it.each([
    [{ Cron: '0 0 9 * * ? 2025' }, 'never opens again'],
    [{ Cron: 'soon' }, 'Cron must have 6 or 7 fields'],
    [{ Cron: '0 0 9 * * ?', TimeZone: 'Mars' }, 'there is no Mars'],
  ])('fails with %o', async (configuration, message) => {
    await expect(deploymentWindow.start(work(configuration))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: expect.stringContaining(message),
    });
  });
});
