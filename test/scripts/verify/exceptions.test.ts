import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { coveredBy, readExceptions } from '../../../scripts/verify/exceptions.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function given(text: string): string {
  const file = join(folder, 'exceptions.md');
  writeFileSync(file, text);
  return file;
}

describe('The exceptions of the template', () => {
  test('are read one for each resource that a line names', () => {
    const file = given(
      '# Title\n\nProse.\n\n- `CKV_1` on `A`, `AWS::B::C` (what it is): because it is so for a reason.\n',
    );

    const exceptions = readExceptions(file);

    expect(exceptions).toEqual([
      { rule: 'CKV_1', resource: 'A' },
      { rule: 'CKV_1', resource: 'AWS::B::C' },
    ]);
  });

  test.each(['- `CKV_1` on `A` (what it is):', '- `CKV_1` on `A`: because it is so for a reason.', '- CKV_1 on A'])(
    'are refused without a check, a resource, what it is and why: %s',
    (line) => {
      const file = given(`${line}\n`);

      expect(() => readExceptions(file)).toThrow('this is no exception');
    },
  );

  test('cover a resource by its logical id or its type, a function of SAM as what it becomes', () => {
    const exceptions = [
      { rule: 'CKV_1', resource: 'A' },
      { rule: 'CKV_2', resource: 'AWS::Lambda::Function' },
    ];

    expect(coveredBy(exceptions, 'CKV_1', 'AWS::S3::Bucket.A')).toBe('CKV_1 A');
    expect(coveredBy(exceptions, 'CKV_2', 'AWS::Serverless::Function.B')).toBe('CKV_2 AWS::Lambda::Function');
    expect(coveredBy(exceptions, 'CKV_1', 'AWS::S3::Bucket.B')).toBeUndefined();
    expect(coveredBy(exceptions, 'CKV_3', 'AWS::S3::Bucket.A')).toBeUndefined();
  });
});
