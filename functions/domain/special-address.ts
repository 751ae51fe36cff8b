/** An address of the Internet: its bits, and how many there are. */
export interface Address {
  readonly bits: bigint;
  readonly size: 32 | 128;
}

/** A block of addresses: those that share the first `length` bits. */
export interface Block extends Address {
  readonly length: number;
}

// IANA's IPv4 and IPv6 Special-Purpose Address Registries, multicast and reserved space; what is globally reachable is left out.
const specialPurposes: readonly (readonly [purpose: string, blocks: readonly string[]])[] = [
  ['unspecified', ['0.0.0.0/8', '::/128']],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']],
  ['carrier-grade NAT', ['100.64.0.0/10']],
  ['IETF protocol assignments', ['192.0.0.0/24', '2001::/23']],
  ['documentation', ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20']],
  ['6to4', ['192.88.99.0/24', '2002::/16']],
  ['benchmarking', ['198.18.0.0/15']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  ['reserved', ['240.0.0.0/4']],
  ['IPv4-mapped', ['::ffff:0:0/96']],
  ['IPv4-compatible', ['::/96']],
  ['local-use NAT64', ['64:ff9b:1::/48']],
  ['discard-only', ['100::/64', '100:0:0:1::/64']],
  ['segment routing', ['5f00::/16']],
  ['unique-local', ['fc00::/7']],
  ['site-local', ['fec0::/10']],
];

const special = specialPurposes.flatMap(([purpose, blocks]) => blocks.map((text) => ({ purpose, block: block(text) })));
const nat64 = block('64:ff9b::/96');
const globalUnicast = block('2000::/3');

/**
 * What an address is for, when it is not for everybody on the Internet; undefined when it is. NAT64's addresses are judged by the
 * IPv4 address inside, and IPv6 outside global unicast is unassigned.
 */
export function specialPurpose(address: Address): string | undefined {
  if (isIn(address, nat64)) {
    const inside = specialPurpose({ bits: address.bits & 0xffff_ffffn, size: 32 });
    return inside === undefined ? undefined : `NAT64 of ${inside}`;
  }
  const found = special.find(({ block }) => isIn(address, block));
  if (found) return found.purpose;
  return address.size === 32 || isIn(address, globalUnicast) ? undefined : 'unassigned';
}

/** Whether an address belongs to a block. */
export function isIn(address: Address, { bits, size, length }: Block): boolean {
  const rest = BigInt(size - length);
  return address.size === size && address.bits >> rest === bits >> rest;
}

/** Reads `10.0.0.0/8`, `fd00::/8` or one address; undefined when the text is neither. */
export function readBlock(text: string): Block | undefined {
  const [start = '', length, ...more] = text.split('/');
  const address = readAddress(start);
  if (!address || more.length > 0) return undefined;
  if (length === undefined) return { ...address, length: address.size };
  return /^\d{1,3}$/.test(length) && Number(length) <= address.size
    ? { ...address, length: Number(length) }
    : undefined;
}

/**
 * Reads an address in any spelling that a resolver takes: IPv4 of one to four decimal, octal or hexadecimal parts, IPv6 in brackets, with
 * a zone or with IPv4 at its end; a dot may follow. Undefined when the text is a name or nothing.
 */
export function readAddress(text: string): Address | undefined {
  const plain = text.trim().toLowerCase().replace(/\.$/, '');
  if (!plain.includes(':')) return readIpv4(plain);
  return readIpv6(plain.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/s, ''));
}

function readIpv4(text: string): Address | undefined {
  const parts = text.split('.').map(readPart);
  const last = parts.pop();
  if (last === undefined || parts.length > 3) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (part === undefined || part > 255n) return undefined;
    bits = (bits << 8n) | part;
  }
  const left = BigInt(8 * (4 - parts.length));
  return last >> left === 0n ? { bits: (bits << left) | last, size: 32 } : undefined;
}

function readPart(text: string): bigint | undefined {
  if (text.length > 40) return undefined;
  if (/^0x[0-9a-f]*$/.test(text)) return BigInt(text === '0x' ? 0 : text);
  if (/^0[0-7]*$/.test(text)) return BigInt(`0o${text}`);
  return /^[1-9]\d*$/.test(text) ? BigInt(text) : undefined;
}

function readIpv6(text: string): Address | undefined {
  const [head = '', tail, ...more] = text.split('::');
  const before = readGroups(head, tail === undefined);
  const after = readGroups(tail ?? '', true);
  if (!before || !after || more.length > 0) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<bigint>(missing).fill(0n), ...after];
  return { bits: groups.reduce((bits, group) => (bits << 16n) | group, 0n), size: 128 };
}

function readGroups(text: string, mayEndWithIpv4: boolean): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else {
      const inside = mayEndWithIpv4 && index === parts.length - 1 && part.split('.').length === 4 && readIpv4(part);
      if (!inside) return undefined;
      groups.push(inside.bits >> 16n, inside.bits & 0xffffn);
    }
  }
  return groups;
}

function block(text: string): Block {
  const found = readBlock(text);
  if (!found) throw new Error(`'${text}' is no block of addresses.`);
  return found;
}
