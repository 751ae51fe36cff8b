// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of CloudFormation have them.
import { expect, test } from 'vitest';
import { openIam } from '../../../local/iam/iam.ts';
import { provision } from '../../../local/template/template.ts';
import { recording, template } from '../template/stack.ts';
import { Stack } from './stack.ts';

const text = `
Transform: AWS::Serverless-2016-10-31
Resources:
  AnswerRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: 'POST /{operation}', AuthorizationType: AWS_IAM, Target: !Sub 'integrations/\${Answer}' }
  LinkRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: 'GET /link', Target: !Sub 'integrations/\${Answer}' }
  Answer:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Answerer.Arn, PayloadFormatVersion: 2.0 }
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: !Ref AWS::StackName, ProtocolType: HTTP } }
  Live:
    Type: AWS::ApiGatewayV2::Stage
    Properties: { ApiId: !Ref Api, StageName: $default, AutoDeploy: true }
  Answerer:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/answerer
      RolePath: /app/
      Policies: [{ Statement: { Effect: Allow, Action: 'execute-api:Invoke', Resource: !Sub 'arn:aws:execute-api:*:*:\${Api}/*' } }]
Outputs:
  Url: { Value: !GetAtt Api.ApiEndpoint }
`;

test('a template is provisioned to an API that answers, and to the role of its function', async () => {
  const stack = new Stack();
  const iam = openIam(stack.context);
  const lambda = recording(['AWS::Lambda::Function'], ({ name }) => ({
    ref: name,
    attributes: { Arn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}` },
  }));

  const { outputs, resources } = await provision(template(text), {
    ...stack.gateway.resources,
    ...iam.resources,
    ...lambda.handlers,
  });
  const statuses = [await stack.request('GET', '/link'), await stack.request('POST', '/Start')].map(
    ({ status }) => status,
  );

  const role = iam.roles().get(lambda.made[0]?.properties.Role);
  expect(outputs).toEqual({ Url: 'http://127.0.0.1:4566' });
  expect(statuses).toEqual([200, 403]);
  expect(role?.arn).toMatch(/^arn:aws:iam::123456789012:role\/app\/demo-AnswererRole-[0-9a-f]{8}$/);
  expect(role?.policies[0]?.document.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: `arn:aws:execute-api:*:*:${resources.get('Api')?.ref}/*`,
    },
  ]);
});
