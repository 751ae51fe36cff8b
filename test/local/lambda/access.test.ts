import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { accessOf } from '../../../local/lambda/access.ts';
import { call } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const permission = { id: 'p', functionName: 'other', principal: 'sns.amazonaws.com', action: 'lambda:InvokeFunction' };
const read = accessOf({ ...place, clock: new TurnableClock() }, () => [permission]);
const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

const asked = (method: string, target: string) => {
  const [path = '', query = ''] = target.split('?');
  const found = read(call({ method, path: `/2015-03-31${path}`, query }));
  return found.map(({ action, resource }) => `${action} ${resource}`);
};

test.each([
  ['POST', '/functions/f/invocations', [`lambda:InvokeFunction ${arn('f')}`]],
  [
    'POST',
    `/functions/${encodeURIComponent(arn('f'))}/invocations?Qualifier=$LATEST`,
    [`lambda:InvokeFunction ${arn('f')}`],
  ],
  ['GET', '/functions/f', [`lambda:GetFunction ${arn('f')}`]],
  ['GET', '/functions/f/configuration', [`lambda:GetFunctionConfiguration ${arn('f')}`]],
  ['GET', '/functions/', ['lambda:ListFunctions *']],
  ['GET', '/event-source-mappings?FunctionName=f', ['lambda:ListEventSourceMappings *']],
  ['POST', '/functions/f/invocations?Qualifier=web', [`lambda:InvokeFunction ${arn('f')}:web`]],
  ['POST', '/functions/f/aliases', [`lambda:CreateAlias ${arn('f')}`]],
  ['GET', '/functions/f/aliases', [`lambda:ListAliases ${arn('f')}`]],
  ['GET', '/functions/f/aliases/web', [`lambda:GetAlias ${arn('f')}`]],
  ['PUT', '/functions/f/aliases/web', [`lambda:UpdateAlias ${arn('f')}`]],
  ['DELETE', '/functions/f/aliases/web', [`lambda:DeleteAlias ${arn('f')}`]],
  ['POST', '/functions/f/policy?Qualifier=web', [`lambda:AddPermission ${arn('f')}:web`]],
  ['GET', '/functions/f/policy', [`lambda:GetPolicy ${arn('f')}`]],
  ['DELETE', '/functions/f/policy/s?Qualifier=web', [`lambda:RemovePermission ${arn('f')}:web`]],
  ['DELETE', '/functions/f', [`lambda:DeleteFunction ${arn('f')}`]],
  ['PUT', '/functions/f/code', []],
])('%s %s asks for %j', (method, target, wanted) => {
  expect(asked(method, target)).toEqual(wanted);
});

test('who makes a function must be allowed to pass its role', () => {
  const body = JSON.stringify({ FunctionName: 'f', Role: 'arn:aws:iam::000000000000:role/r' });

  expect(read(call({ path: '/2015-03-31/functions', body }))).toEqual([
    { action: 'lambda:CreateFunction', resource: arn('f') },
    {
      action: 'iam:PassRole',
      resource: 'arn:aws:iam::000000000000:role/r',
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
  ]);
});

test("a request brings the function's policy, and no other function's", () => {
  const policyOf = (name: string) => read(call({ path: `/2015-03-31/functions/${name}/invocations` }))[0]?.policy;

  expect(policyOf('f')).toBeUndefined();
  expect(JSON.parse(policyOf('other') ?? '')).toMatchObject({
    Statement: [{ Sid: 'p', Principal: { Service: 'sns.amazonaws.com' }, Resource: arn('other'), Condition: {} }],
  });
});
