import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Service, StackContext } from './service.ts';

/** The Regions beside the stack's own, as far as actions of a pipeline reach into them. */
export interface Regions {
  /** The service of a Region by its signing name; undefined for one that is the same everywhere. */
  find(region: string, signingName: string): Service | undefined;
  /** Goes on with what was under way. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const form = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

/** The Region that a request is signed for; undefined when it is none. */
export function readRegion(name: string): string | undefined {
  return form.test(name) ? name : undefined;
}

/**
 * Opens the services that keep each Region's resources apart, over `<dir>/regions/<region>/`: a Region's when it is first asked, and at the
 * start of the stack where it has something. `open` answers them in the order in which they are to be closed.
 */
export function openRegions(context: StackContext, open: (there: StackContext) => readonly Service[]): Regions {
  const folder = join(context.dir, 'regions');
  const opened = new Map<string, readonly Service[]>();
  const starting: Promise<void>[] = [];

  function servicesOf(region: string): readonly Service[] {
    const known = opened.get(region);
    if (known) return known;
    const services = open({ ...context, region, dir: join(folder, region) });
    opened.set(region, services);
    for (const service of services) starting.push(Promise.resolve(service.start?.()));
    return services;
  }

  return {
    find(region, signingName) {
      if (region === context.region || readRegion(region) === undefined) return undefined;
      return servicesOf(region).find((service) => service.signingName === signingName);
    },
    async start() {
      for (const region of existsSync(folder) ? readdirSync(folder) : []) servicesOf(region);
      await Promise.all(starting);
    },
    async close() {
      await Promise.allSettled(starting);
      for (const services of opened.values()) for (const service of services) await service.close();
    },
  };
}
