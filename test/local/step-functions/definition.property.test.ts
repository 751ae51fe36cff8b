import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readDefinition } from '../../../local/step-functions/read-definition.ts';
import { interruptedMachine } from './interrupted-machine.ts';

const asl = readFileSync(new URL('../../../statemachines/pipeline-run.asl.json', import.meta.url), 'utf8');
const definitions = [asl.replace(/\$\{Partition\}/g, 'aws'), interruptedMachine];

type Json = Record<string, unknown>;

/** Every place in a definition, as the object that holds it and the name there. */
function places(holder: Json): readonly (readonly [Json, string])[] {
  return Object.entries(holder).flatMap(([name, value]) => [
    [holder, name] as const,
    ...(typeof value === 'object' && value !== null ? places(value as Json) : []),
  ]);
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'x', '{% 1 + %}', '{% 1', [], {}, [null], { a: null }),
  fc.constantFrom<unknown>('__proto__', 'constructor', ['States.ALL', 'States.ALL'], [[]], [{}], ['x']),
  fc.constantFrom<unknown>({ toString: null }, { length: 1 }, [{ toString: 1, valueOf: 1 }]),
  fc.jsonValue({ maxDepth: 2 }),
);

it('is read or refused as InvalidDefinition, whatever stands at any place of it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...definitions), fc.nat(), odd, (definition, at, value) => {
      const changed = JSON.parse(definition) as Json;
      const all = places(changed);
      const [holder, name] = all[at % all.length] ?? [changed, 'States'];
      holder[name] = value;

      let refusal: unknown = { code: 'InvalidDefinition' };
      try {
        readDefinition(JSON.stringify(changed));
      } catch (error) {
        refusal = error;
      }

      expect(refusal).toMatchObject({ code: 'InvalidDefinition' });
    }),
    { numRuns: 2000 },
  );
});
