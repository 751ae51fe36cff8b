/** Signing names whose service id, of which the SDKs make the variable, is another word. */
const SERVICE_IDS: Readonly<Record<string, string>> = {
  appconfigdata: 'APPCONFIGDATA',
  'application-autoscaling': 'APPLICATION_AUTO_SCALING',
  autoscaling: 'AUTO_SCALING',
  'cognito-idp': 'COGNITO_IDENTITY_PROVIDER',
  'cognito-identity': 'COGNITO_IDENTITY',
  elasticbeanstalk: 'ELASTIC_BEANSTALK',
  elasticfilesystem: 'EFS',
  elasticloadbalancing: 'ELASTIC_LOAD_BALANCING_V2',
  email: 'SES',
  events: 'EVENTBRIDGE',
  'execute-api': 'APIGATEWAYMANAGEMENTAPI',
  logs: 'CLOUDWATCH_LOGS',
  monitoring: 'CLOUDWATCH',
  resourcegroupstaggingapi: 'RESOURCE_GROUPS_TAGGING_API',
  route53: 'ROUTE_53',
  secretsmanager: 'SECRETS_MANAGER',
  servicecatalog: 'SERVICE_CATALOG',
  ses: 'SES',
  states: 'SFN',
  tagging: 'RESOURCE_GROUPS_TAGGING_API',
};

/** The environment variable that sends the calls of one service elsewhere (AWS SDKs reference guide, "Service-specific endpoints"). */
export function endpointVariable(signingName: string): string {
  return `AWS_ENDPOINT_URL_${SERVICE_IDS[signingName] ?? signingName.toUpperCase().replaceAll('-', '_')}`;
}
