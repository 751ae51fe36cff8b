import { BlockList, isIP } from 'node:net';

/** Reads an address or a CIDR range of IPv4 or IPv6; an address alone is a range of one. Undefined for anything else. */
export function ipRange(text: string): BlockList | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version === 0 || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  if (Number(length ?? most) > most) return undefined;
  const range = new BlockList();
  range.addSubnet(address, Number(length ?? most), family(version));
  return range;
}

/** Whether an address is in a range. What is no address is in none. */
export function inRange(address: string, range: BlockList): boolean {
  const version = isIP(address);
  return version !== 0 && range.check(address, family(version));
}

function family(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}
