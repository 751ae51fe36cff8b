import type { Credentials } from '../ports.ts';

/** Elements of an answer: a text, or further elements. Undefined ones are left out. */
export interface Elements {
  readonly [name: string]: string | number | Elements | undefined;
}

/** An answer in the query protocol. */
export function responseXml(operation: string, result: Elements, requestId: string): string {
  const body = elements({ [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } });
  return `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${body}</${operation}Response>`;
}

export function credentialsXml({ accessKeyId, secretAccessKey, sessionToken, expiration }: Credentials): Elements {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiration).toISOString(),
  };
}

function elements(values: Elements): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => `<${name}>${typeof value === 'object' ? elements(value) : escapeXml(String(value))}</${name}>`,
    )
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
