import { posix } from 'node:path';

const mostHops = 40;

/**
 * Whether a link of a tree leads out of it, given the targets of all its links by their paths. Links on the way are followed as a
 * file system does: `a/..` is not where `a` lies when `a` is itself a link. One that goes round in circles leads nowhere.
 */
export function leadsOut(path: string, links: ReadonlyMap<string, string>): boolean {
  const place: string[] = [];
  const ahead = path.split('/').reverse();
  let hops = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (place.pop() === undefined) return true;
      continue;
    }
    const target = links.get([...place, name].join('/'));
    if (target === undefined) {
      place.push(name);
      continue;
    }
    if (posix.isAbsolute(target)) return true;
    hops += 1;
    if (hops > mostHops) return false;
    ahead.push(...target.split('/').reverse());
  }
  return false;
}
