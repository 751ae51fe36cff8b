import { readBody, type Service, type ServiceRequest, type ServiceResponse } from '../../../local/service.ts';

/** A service that keeps what it is asked and gives one answer; S3's sends back the body as it came. */
export function echoService(signingName: string, answer: () => ServiceResponse | Promise<ServiceResponse>) {
  const calls: (Pick<ServiceRequest, 'method' | 'path' | 'caller' | 'headers'> & { body: string })[] = [];
  const service: Service = {
    signingName,
    resources: {},
    access: () => [],
    async handle({ method, path, caller, headers, body }) {
      calls.push({ method, path, caller, headers, body: (await readBody(body)).toString() });
      return answer();
    },
    close() {},
  };
  return { service, calls };
}
