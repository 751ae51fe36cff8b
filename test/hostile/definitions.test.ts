import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { references, replaceInConfiguration } from '../../functions/domain/variables.ts';
import { context, definition, openWorld, sample, type World } from '../handlers/world.ts';

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly message: string;
  readonly output: Record<string, unknown>;
}

/** Milliseconds in which all is done that is not done in minutes: nobody's machine is measured. */
const aMoment = 20_000;
const megabyte = 2 ** 20;
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

let world: World;
beforeEach(() => {
  world = openWorld();
  const kept = new Map<string | undefined, unknown>();
  world.s3.on(PutObjectCommand).callsFake(({ Key, Body }) => {
    kept.set(Key, Body);
    return {};
  });
  world.s3.on(GetObjectCommand).callsFake(({ Key }) => {
    const text = kept.get(Key) ?? JSON.stringify(definition);
    return { Body: { transformToString: async () => text } };
  });
});
afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(own);
  world.close();
});
const own = Object.getOwnPropertyNames(Object.prototype).sort();

/** Sends a body as it is to the API's handler, as API Gateway does. */
async function send(operation: string, body: string, pathParameters: Record<string, string> = {}): Promise<Answer> {
  const { handler } = await import('../../functions/api/api.ts');
  const event = sample<Parameters<typeof handler>[0]>('api');
  const headers = { ...event.headers, 'x-amz-target': `CodePipeline_20150709.${operation}` };
  const encoded = Buffer.from(body).toString('base64');
  const answer = await handler({ ...event, headers, pathParameters, body: encoded, isBase64Encoded: true }, context);
  const output = JSON.parse(String(answer.body));
  return { status: Number(answer.statusCode), code: output.__type, message: output.message ?? '', output };
}

type Action = PipelineDeclaration['stages'][number]['actions'][number];

/** A pipeline of a source and actions after it. */
function pipelineOf(actions: readonly Partial<Action>[], more: object = {}) {
  const [source] = definition.stages;
  const manual = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' };
  const stage = {
    name: 'Then',
    actions: actions.map((action, index) => ({ name: `A${index}`, actionTypeId: manual, ...action })),
  };
  return { ...definition, name: 'other', stages: [source, stage], ...more };
}

const created = (pipeline: object) => JSON.stringify({ pipeline });

/** The definitions that were stored, as text. */
const stored = () => world.s3.commandCalls(PutObjectCommand).map(({ args }) => String(args[0].input.Body));

/** `name` as a member: JSON.parse makes one of it, an object literal would not. */
const member = (name: string, json: string) => `${JSON.stringify(name)}:${json}`;

describe('C10 a definition', () => {
  it.each([
    ['64 lists', '['.repeat(64), ']'.repeat(64)],
    ['ten thousand lists', '['.repeat(10_000), ']'.repeat(10_000)],
    ['ten thousand objects', '{"a":'.repeat(10_000), `1${'}'.repeat(10_000)}`],
    ['a million lists', '['.repeat(megabyte), ']'.repeat(megabyte)],
  ])('is refused when it is deep where it has a place: %s', { timeout: aMoment }, async (_, open, close) => {
    const deep = `${open}${close}`;
    const places = [
      `{"pipeline":${deep}}`,
      `{"pipeline":{"name":${deep},"roleArn":"r","stages":[]}}`,
      `{"pipeline":{"name":"a","roleArn":"r","stages":${deep}}}`,
      `{"pipeline":{"name":"a","roleArn":"r","stages":[{"name":"s","actions":[{"configuration":{"a":${deep}}}]}]}}`,
      deep.startsWith('[') ? deep : `[${deep}]`,
    ];

    for (const body of places) {
      const { status, code, message } = await send('CreatePipeline', body);

      expect([status, code]).toEqual([400, expect.stringMatching(/^(Serialization|Validation)Exception$/)]);
      expect(message.length).toBeLessThan(500);
    }
    expect(stored()).toEqual([]);
  });

  it('loses what is deep where it has no place', { timeout: aMoment }, async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const body = (depth: number) =>
      created(pipelineOf([{}])).replace('"name":"A0"', `"name":"A0","unknown":${nested(depth)}`);

    const { status } = await send('CreatePipeline', body(50));
    const deeper = await send('CreatePipeline', body(10_000));

    expect(body(50)).toContain('[[[[');
    expect(status).toBe(200);
    expect(deeper).toMatchObject({ status: 400, message: 'The body is nested more than 64 levels deep.' });
    expect(stored()).toHaveLength(1);
    expect(stored()[0]).not.toContain('[[');
  });

  it('that never ends, or is no JSON, is refused as such', { timeout: aMoment }, async () => {
    const bodies = [
      '['.repeat(megabyte),
      '{"a":'.repeat(500_000),
      '"'.repeat(megabyte),
      `{"pipeline":${'9'.repeat(megabyte)}`,
    ];

    for (const body of bodies) {
      expect(await send('CreatePipeline', body)).toMatchObject({
        status: 400,
        code: 'SerializationException',
        message: expect.stringMatching(/^The body is (not JSON|nested more than 64 levels deep)\.$/),
      });
    }
  });

  it('is refused before it is read when its body is over 4 MB', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    const body = created(pipelineOf([{ configuration: { CustomData: 'x'.repeat(4 * megabyte) } }]));

    const { code, message } = await send('CreatePipeline', body);

    expect([code, message]).toEqual([
      'ValidationException',
      `The body has ${body.length} bytes; at most ${4 * megabyte} are allowed.`,
    ]);
    expect(parse.mock.calls.filter(([text]) => text.length > megabyte)).toEqual([]);
    parse.mockRestore();
  });

  it('of over 2 MB is refused by the limit’s name, and nothing is kept', { timeout: aMoment }, async () => {
    const big = { CustomData: 'x'.repeat(50_000) };
    const fits = created(pipelineOf(times(40, () => ({ configuration: big }))));
    const over = created(
      pipelineOf(
        times(50, () => ({ configuration: big })),
        { name: 'over' },
      ),
    );

    const taken = await send('CreatePipeline', fits);
    const refused = await send('CreatePipeline', over);

    expect([taken.status, stored().length]).toEqual([200, 1]);
    expect([refused.status, refused.code]).toEqual([400, 'LimitExceededException']);
    expect(refused.message).toMatch(/^The definition has 25\d{5} bytes; at most 2097152 are allowed\.$/);
    expect([...world.items.keys()].filter((key) => key.endsWith('\nover'))).toEqual([]);
  });

  it.each([
    ['keys of a configuration', (keys: object) => pipelineOf([{ configuration: keys as Record<string, string> }])],
    ['Regions with a store', (keys: object) => pipelineOf([{}], { artifactStores: keys, artifactStore: undefined })],
    ['members that it does not have', (keys: object) => ({ ...keys, name: '' })],
  ])('with forty thousand %s is refused in few words', { timeout: aMoment }, async (_, make) => {
    const keys = Object.fromEntries(times(40_000, (at) => [`key-${at}`, 'x']));

    const { status, message } = await send('CreatePipeline', created(make(keys)));

    expect(status).toBe(400);
    expect(message.length).toBeLessThan(200_000);
  });

  it('with forty thousand actions, stages, artifacts or tags is refused', { timeout: aMoment }, async () => {
    const [source] = definition.stages;
    const many = [
      pipelineOf(times(20_000, () => ({}))),
      { ...pipelineOf([{}]), stages: times(20_000, (at) => ({ name: `S${at}`, actions: [] })) },
      pipelineOf([{ outputArtifacts: times(40_000, (at) => ({ name: `a${at}` })) }]),
      pipelineOf([{}], { variables: times(40_000, (at) => ({ name: `v${at}`, defaultValue: 'x' })) }),
    ];
    const tags = times(30_000, (at) => ({ key: `k${at}`, value: 'x' }));

    expect(source).toBeDefined();
    for (const pipeline of many) expect((await send('CreatePipeline', created(pipeline))).status).toBe(400);
    expect(await send('CreatePipeline', JSON.stringify({ pipeline: pipelineOf([{}]), tags }))).toMatchObject({
      status: 400,
      code: 'TooManyTagsException',
    });
    expect(stored()).toEqual([]);
  });

  it('with a member twice is the last of them, for who may and for what is done', async () => {
    const { status, output } = await send('GetPipeline', '{"name":"none","name":"hello-site"}');
    const byPath = await send('GetPipeline', '{"name":"hello-site","name":"other"}', {
      operation: 'GetPipeline',
      pipeline: 'hello-site',
    });
    const allowed = await send('GetPipeline', '{"name":"other","name":"hello-site"}', {
      operation: 'GetPipeline',
      pipeline: 'hello-site',
    });

    expect([status, (output['pipeline'] as { name: string }).name]).toEqual([200, 'hello-site']);
    expect(byPath).toMatchObject({ status: 400, code: 'ValidationException' });
    expect((allowed.output['pipeline'] as { name: string }).name).toBe('hello-site');
  });
});

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

describe('C09 the names of an object’s own', () => {
  it.each(names)('are no members of a request: %s', async (name) => {
    const polluting = `{${member('isAdmin', 'true')},${member('version', '7')}}`;
    const pipeline = JSON.stringify(pipelineOf([{}])).slice(1);

    const { status } = await send(
      'CreatePipeline',
      `{${member(name, polluting)},"pipeline":{${member(name, polluting)},${pipeline}}`,
    );

    expect(status).toBe(200);
    expect(stored()).toHaveLength(1);
    expect(stored()[0]).not.toContain('isAdmin');
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it.each(names)('are no operations: %s', async (name) => {
    const { status, code } = await send(name, '{}', { operation: name });

    expect([status, code]).toEqual([400, 'UnknownOperationException']);
  });

  it.each(names)(
    'are names like others, of pipelines, stages, actions, namespaces, artifacts and variables: %s',
    async (name) => {
      const [source] = definition.stages;
      const [fetched] = source?.actions ?? [];
      const build = { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' } as const;
      const artifact = `${name}-artifact`;
      const stages = [
        { name, actions: [{ ...fetched, name, namespace: name, outputArtifacts: [{ name: artifact }] }] },
        {
          name: 'Then',
          actions: [
            {
              name,
              actionTypeId: build,
              inputArtifacts: [{ name: artifact }],
              configuration: { ProjectName: `#{${name}.CommitId}-#{variables.${name}}` },
            },
          ],
        },
      ];
      const variables = [{ name, defaultValue: 'kept' }];
      const none = await send('GetPipeline', JSON.stringify({ name }));

      const { status, message } = await send('CreatePipeline', created({ ...definition, name, stages, variables }));

      const [text = ''] = stored();
      const shown = await send('GetPipeline', JSON.stringify({ name }));
      const started = await send(
        'StartPipelineExecution',
        JSON.stringify({ name, variables: [{ name, value: 'given' }] }),
      );
      const runs = [...world.items.values()].filter(({ sk }) => sk.startsWith('RUN#'));
      expect(none.code).toBe('PipelineNotFoundException');
      expect([status, message]).toEqual([200, '']);
      expect(JSON.stringify(shown.output['pipeline'])).toBe(text);
      expect(started.status).toBe(200);
      expect(runs.map((run) => run['variables']).sort()).toEqual([
        `{${member(name, '"given"')}}`,
        `{${member(name, '"kept"')}}`,
      ]);
    },
  );

  it.each(names)('are namespaces that somebody has to fill: %s', async (name) => {
    const pipeline = pipelineOf([{ configuration: { CustomData: `#{${name}.x}` } }]);

    const { code, message } = await send('CreatePipeline', created(pipeline));

    expect(code).toBe('InvalidActionDeclarationException');
    expect(message).toContain(`VariableReferenceText=[#{${name}.x}]`);
  });

  it.each(names)('are keys that no configuration knows, and Regions without a store: %s', async (name) => {
    const text = created(pipelineOf([{ configuration: {} }]));
    const inConfiguration = text.replace('"configuration":{}', `"configuration":{${member(name, '"x"')}}`);
    const store = '{"type":"S3","location":"artifacts"}';
    const inStores = text.replace(/"artifactStore":\{[^}]*\}/, `"artifactStores":{${member(name, store)}}`);

    const ofConfiguration = await send('CreatePipeline', inConfiguration);
    const ofStores = await send('CreatePipeline', inStores);

    expect(inConfiguration).not.toBe(text);
    expect(ofConfiguration.message).toContain(`has the unknown configuration '${name}'`);
    expect(inStores).not.toBe(text);
    expect([ofStores.status, ofStores.code]).toEqual([400, 'ValidationException']);
  });

  it.each(names)('have no value in a run unless it has been given one: %s', async (name) => {
    const { resolveVariables } = await import('../../functions/domain/pipeline-variables.ts');

    const resolved = resolveVariables({ ...definition, variables: [{ name, defaultValue: 'x' }] }, []);
    const unknown = () => resolveVariables(definition, [{ name, value: 'x' }]);

    expect(Object.entries(resolved)).toEqual([[name, 'x']]);
    expect(unknown).toThrow(`declares no variable '${name}'`);
  });
});

const hundredThousand = 100_000;

describe('C09 a pattern', () => {
  it.each([
    ['openings', '#{'.repeat(hundredThousand)],
    ['a namespace without end', `#{${'a'.repeat(hundredThousand)}`],
    ['namespaces without end', `#{${'a'.repeat(98)}`.repeat(1000)],
    ['names without end', `#{a.${'a'.repeat(255)}`.repeat(400)],
    ['spaces before what is no JSON', `${' '.repeat(hundredThousand)}x`],
    ['an open JSON text', `{"a":"${'#{a.b'.repeat(20_000)}`],
  ])('of references takes a moment for 100 kB of %s', { timeout: aMoment }, (_, text) => {
    expect(references(text)).toEqual([]);
    expect(replaceInConfiguration(text, () => 'x')).toBe(text);
  });

  it.each([
    ['a role', (text: string) => ({ ...pipelineOf([{}]), roleArn: text }), `arn:aws${'-a'.repeat(50_000)}!`],
    ['a name', (text: string) => ({ ...pipelineOf([{}]), name: text }), `${'a'.repeat(hundredThousand)}!`],
    [
      'a topic',
      (text: string) => pipelineOf([{ configuration: { NotificationArn: text } }]),
      `arn:aws${'-a'.repeat(20_000)}:sns:${'-'.repeat(9000)}!`,
    ],
    ['a namespace', (text: string) => pipelineOf([{ namespace: text }]), `${'@'.repeat(hundredThousand)}!`],
    [
      'a store',
      (text: string) => ({ ...pipelineOf([{}]), artifactStore: { type: 'S3', location: text } }),
      `${'a.'.repeat(50_000)}!`,
    ],
  ])('of %s takes a moment for what nearly matches', { timeout: aMoment }, async (_, make, text) => {
    const { status, message } = await send('CreatePipeline', created(make(text)));

    expect(status).toBe(400);
    expect(message.length).toBeLessThan(2000);
  });

  it('of a connection’s ARN takes a moment', { timeout: aMoment }, async () => {
    const { connectionId } = await import('../../functions/domain/connection.ts');
    const long = 'a-'.repeat(50_000);

    for (const arn of [
      `arn:aws${long}`,
      `arn:aws:codeconnections:${long}`,
      `arn:aws-${long}:codeconnections:${long}:1`,
    ])
      expect(connectionId(arn)).toBeUndefined();
  });

  it('of a token for the next page, however deep, is no token', { timeout: aMoment }, async () => {
    for (const text of [
      '['.repeat(50_000),
      `${'['.repeat(1000)}${']'.repeat(1000)}`,
      '{"__proto__":["a","b"]}',
      'null',
    ]) {
      const nextToken = Buffer.from(text).toString('base64url').slice(0, 2048);

      const { status, code } = await send('ListPipelines', JSON.stringify({ nextToken }));

      expect([status, code]).toEqual([400, 'InvalidNextTokenException']);
    }
  });
});
