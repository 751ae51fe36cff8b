import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TurnableClock } from '../../../local/clock.ts';
import { openGateway } from '../../../local/gateway/gateway.ts';
import type { GatewayOptions } from '../../../local/gateway/options.ts';
import type { Service, StackContext } from '../../../local/service.ts';
import { openSts, type Sts } from '../../../local/sts/sts.ts';

export const ACCOUNT = '000000000000';

/** A context over a new folder, or over that of another context: then it is as after a restart. */
export function newContext(before?: StackContext): StackContext & { readonly clock: TurnableClock } {
  const dir = before?.dir ?? mkdtempSync(join(tmpdir(), 'sluice-'));
  const place = { account: ACCOUNT, region: 'eu-west-1', partition: 'aws', endpoint: 'http://127.0.0.1' };
  return { ...place, dir, clock: new TurnableClock(before === undefined ? 0 : before.clock.now() - Date.now()) };
}

/** A gateway with STS and some services behind it, and what an SDK client needs to reach it. */
export async function openTestGateway(
  context: StackContext,
  services: readonly Service[],
  options: Partial<GatewayOptions> & { sts?: Sts } = {},
) {
  const sts = options.sts ?? openSts(context);
  const map = new Map([sts, ...services].map((service) => [service.signingName, service]));
  const { port, close } = await openGateway({
    port: 0,
    clock: context.clock,
    services: () => map,
    credentials: sts,
    api: async () => ({ status: 404, body: 'no API here' }),
    pages: [],
    denialOf: () => undefined,
    ...options,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    port,
    endpoint,
    sts,
    client: { endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 },
    async close() {
      await close();
      for (const service of map.values()) await service.close();
    },
  };
}
