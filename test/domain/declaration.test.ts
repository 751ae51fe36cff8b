import { describe, expect, it } from 'vitest';
import {
  type ArtifactStore,
  artifactStore,
  type PipelineDeclaration,
  steps,
  storesOf,
} from '../../functions/domain/declaration.ts';
import { aDefinition } from './given.ts';

const storeIn = (location: string): ArtifactStore => ({ type: 'S3', location });
type Stores = Pick<PipelineDeclaration, 'artifactStore' | 'artifactStores'>;

const having = (stores: Stores): PipelineDeclaration => ({ ...aDefinition({ A: [1] }), ...stores });
const [one, here, far] = [storeIn('one'), storeIn('here'), storeIn('far')];
const several = { 'eu-west-1': here, 'us-east-1': far };

describe('the steps of a stage', () => {
  it.each([
    [[1], [1]],
    [
      [3, 1, 2],
      [1, 2, 3],
    ],
    [
      [10, 9, 10, 2, 9],
      [2, 9, 10],
    ],
    [
      [999, 1],
      [1, 999],
    ],
    [[], []],
  ])('whose actions have the run orders %j are %j', (orders, expected) => {
    const [stage] = aDefinition({ A: orders }).stages;

    expect(stage && steps(stage)).toEqual(expected);
  });
});

describe('the artifact store of a pipeline', () => {
  it.each<[string, Stores, ArtifactStore]>([
    ['eu-west-1', { artifactStore: one }, one],
    ['eu-west-1', { artifactStores: several }, here],
    ['us-east-1', { artifactStores: several }, far],
    ['us-east-1', { artifactStore: one, artifactStores: { 'eu-west-1': here } }, one],
    ['eu-west-1', { artifactStore: one, artifactStores: { 'eu-west-1': here } }, here],
  ])('in %s, of %j', (region, stores, store) => {
    expect(artifactStore(having(stores), region)).toEqual(store);
  });

  it.each<Stores>([{}, { artifactStores: { 'us-east-1': far } }])('must be there: %j', (stores) => {
    expect(() => artifactStore(having(stores), 'eu-west-1')).toThrow(
      new Error('Pipeline web has no artifact store in eu-west-1.'),
    );
  });

  it.each<[Stores, readonly string[]]>([
    [{}, []],
    [{ artifactStore: one }, ['one']],
    [{ artifactStores: several }, ['here', 'far']],
    [{ artifactStore: one, artifactStores: several }, ['one', 'here', 'far']],
  ])('of %j has the buckets %j', (stores, buckets) => {
    expect(storesOf(having(stores))).toEqual(buckets);
  });
});
