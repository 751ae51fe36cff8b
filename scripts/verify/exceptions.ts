import { readFileSync } from 'node:fs';

/** A finding of checkov that stays: the check, and a resource's logical id or type. */
export interface Exception {
  readonly rule: string;
  readonly resource: string;
}

/** The exceptions of a file: lines like "- `CKV_1` on `A`, `B` (what it is): why". Throws on one without a reason. */
export function readExceptions(file: string): readonly Exception[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('- '));
  return lines.flatMap((line) => {
    const [, rule, resources] = /^- `(\w+)` on ((?:`[\w:]+`(?:, )?)+) \([^)]+\): \S.{20}/.exec(line) ?? [];
    if (rule === undefined || resources === undefined) throw new Error(`${file}: this is no exception: ${line}`);
    return [...resources.matchAll(/`([\w:]+)`/g)].map(([, resource = '']) => ({ rule, resource }));
  });
}

/** The exception that covers a finding, as "<rule> <resource>". checkov names a resource "<type>.<logical id>"; SAM's functions are Lambda's. */
export function coveredBy(exceptions: readonly Exception[], rule: string, found: string): string | undefined {
  const [type = '', id] = found.replace('AWS::Serverless::Function', 'AWS::Lambda::Function').split('.');
  const exception = exceptions.find((one) => one.rule === rule && (one.resource === id || one.resource === type));
  return exception && `${exception.rule} ${exception.resource}`;
}
