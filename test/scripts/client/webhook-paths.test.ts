import { expect, it } from 'vitest';
import { pathOf } from '../../../scripts/client/path-of.ts';
import { serviceModel } from '../../../scripts/client/service-model.ts';

const { operations, shapes } = serviceModel() as {
  operations: Record<string, { http: { requestUri: string } }>;
  shapes: Record<string, { required: string[]; members: Record<string, object> }>;
};

it.each([
  ['PutWebhook', { webhook: { name: 'hook', targetPipeline: 'web' } }, '/PutWebhook/web', '/PutWebhook/{pipeline}'],
  ['DeleteWebhook', { name: 'hook' }, '/DeleteWebhook', '/DeleteWebhook'],
  ['ListWebhooks', {}, '/ListWebhooks', '/ListWebhooks'],
  [
    'RegisterWebhookWithThirdParty',
    { webhookName: 'hook' },
    '/RegisterWebhookWithThirdParty',
    '/RegisterWebhookWithThirdParty',
  ],
  [
    'PutActionRevision',
    { pipelineName: 'web', stageName: 'Source', actionName: 'Fetch' },
    '/PutActionRevision/web/Source/Fetch',
    '/PutActionRevision/{pipeline}/{stage}/{action}',
  ],
])('the proxy and the client’s model have the same path for %s', (operation, input, path, template) => {
  expect(pathOf(operation, input)).toBe(path);
  expect(operations[operation]?.http.requestUri).toBe(template);
});

it('the client’s model asks for the pipeline of a webhook, and has the name of one in the body', () => {
  expect(shapes['PutWebhookCall']?.members).toMatchObject({
    pipelineName: { location: 'uri', locationName: 'pipeline' },
  });
  expect(shapes['PutWebhookCall']?.required).toContain('pipelineName');
  expect(shapes['DeleteWebhookCall']?.members['name']).toEqual({ shape: 'WebhookName' });
});
