import { physicalName } from '../../local/template/physical-name.ts';

/** What modules of the functions read when they are loaded from source, as the judge loads them. To be imported before them. */
const name = (logicalId: string, type: string) => physicalName('sluice', logicalId, type);

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAWORLD',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  TABLE: name('Table', 'AWS::DynamoDB::Table'),
  BUCKET: name('Bucket', 'AWS::S3::Bucket'),
});
