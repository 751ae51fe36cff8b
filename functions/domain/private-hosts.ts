import { type Block, isIn, readAddress, readBlock, specialPurpose } from './special-address.ts';

/** What an operator lets connections reach although it is not on the Internet. */
export interface PrivateHosts {
  /** Hosts by name or address: whatever they resolve to, also without TLS. */
  readonly names: ReadonlySet<string>;
  /** Addresses of hosts of any name, with TLS. */
  readonly blocks: readonly Block[];
}

/** Reads host names, addresses and blocks of addresses, with commas between; throws one sentence about what is none of them. */
export function readPrivateHosts(text: string): PrivateHosts {
  const names = new Set<string>();
  const blocks: Block[] = [];
  for (const item of text.split(',').map((each) => each.trim())) {
    if (item === '') continue;
    const block = readBlock(item);
    if (block) blocks.push(block);
    if (item.includes('/') ? !block : !block && !/^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*\.?$/u.test(item))
      throw new Error(`PrivateHosts: '${item}' is neither the name of a host nor an address nor a block of addresses.`);
    if (!item.includes('/')) names.add(hostName(item));
  }
  return { names, blocks };
}

/** Whether a host is allowed by its own name, and so may also be spoken to without TLS. */
export function isNamed(host: string, { names }: PrivateHosts): boolean {
  return names.has(hostName(host));
}

/** Why a host's address must not be connected to: what the address is for. Undefined when it may be; what is no address may not. */
export function whyNot(host: string, address: string, allowed: PrivateHosts): string | undefined {
  const read = readAddress(address);
  if (!read) return 'not an address';
  const isAllowed = isNamed(host, allowed) || allowed.blocks.some((block) => isIn(read, block));
  return isAllowed ? undefined : specialPurpose(read);
}

/** A host as URLs spell it: in lower case, international names in ASCII, no brackets, no dot at the end. */
function hostName(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const url = `https://${bare.includes(':') ? `[${bare}]` : bare}`;
  return (URL.canParse(url) ? new URL(url).hostname : bare.toLowerCase())
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
