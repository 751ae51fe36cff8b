import { Logger } from '@aws-lambda-powertools/logger';

/** The functions' one logger: JSON lines, level by POWERTOOLS_LOG_LEVEL. Never given tokens, secrets or credentials. */
export const logger = new Logger({ serviceName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'sluice' });
