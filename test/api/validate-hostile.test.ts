import { describe, expect, test } from 'vitest';
import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };
import { validateInput } from '../../functions/api/validate.ts';

const pipeline = { name: 'web', roleArn: 'arn:aws:iam::111122223333:role/web', stages: [] };

function refusal(operation: string, input: unknown): Error & { code?: string } {
  try {
    validateInput(operation, input);
  } catch (error) {
    return error as Error;
  }
  throw new Error('It passed.');
}

describe('a hostile input', () => {
  test('with a million breaches gets their count, and the first thousand', () => {
    const tags = Array.from({ length: 500_000 }, () => ({}));

    const { code, message } = refusal('CreatePipeline', { pipeline, tags });

    expect(code).toBe('ValidationException');
    expect(message).toMatch(/^1000000 validation errors detected: Value at 'tags\.1\.member\.key' failed /);
    expect(message).toMatch(/Value at 'tags\.500\.member\.value' [^;]*; and 999000 more$/);
    expect(message.length).toBeLessThan(200_000);
  });

  test('with a thousand breaches has all of them told', () => {
    const tags = Array.from({ length: 500 }, () => ({}));

    const { message } = refusal('CreatePipeline', { pipeline, tags });

    expect(message).toMatch(/^1000 validation errors detected: /);
    expect(message).toMatch(
      /Value at 'tags\.500\.member\.value' failed to satisfy constraint: Member must not be null$/,
    );
  });

  test('with a text on which a pattern would take hours is answered within a moment', () => {
    const resourceArn = `arn:aws:codepipeline:x${':000000000000'.repeat(300_000)}:a\n`;

    const { message } = refusal('TagResource', { resourceArn, tags: [] });

    expect(message).toMatch(
      /^1 validation error detected: Value at 'resourceArn' failed .* regular expression pattern/,
    );
  });

  test('with a long text does not get it back', () => {
    const { message } = refusal('GetPipeline', { name: '<script>'.repeat(100_000), version: 1 });

    expect(message).toBe(
      "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
  });

  test.each(['\u001b[31m', "x' and\n", '__proto__'.repeat(7), ''])('does not get an odd key back: %j', (region) => {
    const artifactStores = Object.fromEntries([[region, {}]]);

    const { message } = refusal('CreatePipeline', { pipeline: { ...pipeline, artifactStores } });

    expect(message).toContain("'pipeline.artifactStores.(key).member.location'");
    expect(message.replaceAll('; ', '')).toMatch(/^[ -~]*$/);
  });

  test.each(['__proto__', 'constructor', 'toString'])('has no member %s', (member) => {
    const input = JSON.parse(`{"name":"web","${member}":{"version":7}}`) as object;

    const valid = validateInput('GetPipeline', input);

    expect(JSON.stringify(valid)).toBe('{"name":"web"}');
  });

  test('that is deep is looked at no deeper than its shape', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;

    const valid = validateInput('GetPipeline', { name: 'web', unknown: deep });
    const { code } = refusal('CreatePipeline', { pipeline: { ...pipeline, stages: deep } });

    expect(valid).toEqual({ name: 'web' });
    expect(code).toBe('SerializationException');
  });
});

describe('the model', () => {
  const shapes = Object.entries(model.shapes as Record<string, { type: string; max?: number; pattern?: string }>);

  test('has no pattern for texts longer than those that are matched', () => {
    const long = shapes.filter(([, { pattern, max = 0 }]) => pattern !== undefined && max > 4096);

    expect(long).toEqual([]);
  });

  test('has no input that holds itself, so that none is without end', () => {
    const seen = new Set<string>();
    const holdsItself = (name: string, above: readonly string[]): boolean => {
      if (above.includes(name)) return true;
      if (seen.has(name)) return false;
      seen.add(name);
      const { members = {}, ...parts } = (model.shapes as Record<string, object>)[name] as {
        readonly members?: Record<string, { shape: string }>;
        readonly [part: string]: unknown;
      };
      const of = ['member', 'key', 'value'].flatMap((part) => (typeof parts[part] === 'string' ? [parts[part]] : []));
      const inside = [...Object.values(members).map(({ shape }) => shape), ...of];
      return inside.some((each) => holdsItself(each, [...above, name]));
    };
    const inputs = Object.values(model.operations as Record<string, { input: string | null }>);

    const endless = inputs.filter(({ input }) => input !== null && holdsItself(input, []));

    expect(endless).toEqual([]);
    expect(seen.size).toBeGreaterThan(200);
  });
});
