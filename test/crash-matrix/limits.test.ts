import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Carried } from './limits.ts';

const program = join(import.meta.dirname, 'limits.ts');

// The world keeps DynamoDB's limits; Step Functions' are counted from the histories. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
describe('a run of 1,000 actions', { timeout: 300_000 }, () => {
  it.each(['sequence', 'parallel'])('is carried through in %s, within the limits of Step Functions', async (order) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, order]);
    const { succeeded, events, largest, violation } = JSON.parse(stdout) as Carried;

    expect(violation).toBeUndefined();
    expect(succeeded).toBe(1000);
    expect(events.length).toBeGreaterThan(0);
    expect(Math.max(...events)).toBeLessThan(25_000);
    expect(largest).toBeLessThan(256 * 1024);
  });
});
