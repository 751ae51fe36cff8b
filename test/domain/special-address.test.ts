import { describe, expect, it } from 'vitest';
import { isNamed, readPrivateHosts, whyNot } from '../../functions/domain/private-hosts.ts';
import { isIn, readAddress, readBlock, specialPurpose } from '../../functions/domain/special-address.ts';

const nobody = () => readPrivateHosts('');

describe('C07 an address that is not for everybody on the Internet', () => {
  it.each([
    ['0.0.0.0', 'unspecified'],
    ['0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['127.1', 'loopback'],
    ['127.0.1', 'loopback'],
    ['2130706433', 'loopback'],
    ['0x7f000001', 'loopback'],
    ['0X7F.0x0.0x0.0x1', 'loopback'],
    ['0x7f.1', 'loopback'],
    ['017700000001', 'loopback'],
    ['0177.0.0.01', 'loopback'],
    ['0177.0x0.1', 'loopback'],
    ['127.0.0.1.', 'loopback'],
    ['127.65535', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['169.254.100.1', 'link-local'],
    ['0xa9fea9fe', 'link-local'],
    ['2852039166', 'link-local'],
    ['0251.0376.0251.0376', 'link-local'],
    ['169.254.43518', 'link-local'],
    ['10.0.0.1', 'private'],
    ['012.1', 'private'],
    ['10.255.255.255', 'private'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['3232235777', 'private'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.127.255.255', 'carrier-grade NAT'],
    ['192.0.0.8', 'IETF protocol assignments'],
    ['192.0.2.1', 'documentation'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.7', 'documentation'],
    ['192.88.99.1', '6to4'],
    ['198.18.0.1', 'benchmarking'],
    ['198.19.255.255', 'benchmarking'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['4294967295', 'reserved'],
    ['::', 'unspecified'],
    ['0:0:0:0:0:0:0:0', 'unspecified'],
    ['::1', 'loopback'],
    ['[::1]', 'loopback'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', 'loopback'],
    ['::0.0.0.1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['FE80::1%eth0', 'link-local'],
    ['[fe80::1%25lo]', 'link-local'],
    ['febf::', 'link-local'],
    ['fec0::1', 'site-local'],
    ['fc00::1', 'unique-local'],
    ['FD00:EC2::254', 'unique-local'],
    ['ff02::1', 'multicast'],
    ['::ffff:127.0.0.1', 'IPv4-mapped'],
    ['::FFFF:7F00:1', 'IPv4-mapped'],
    ['0:0:0:0:0:ffff:10.0.0.1', 'IPv4-mapped'],
    ['::ffff:140.82.121.4', 'IPv4-mapped'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:0:127.0.0.1', 'unassigned'],
    ['64:ff9b::127.0.0.1', 'NAT64 of loopback'],
    ['64:ff9b::a9fe:a9fe', 'NAT64 of link-local'],
    ['64:ff9b:1::1', 'local-use NAT64'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:53aa:64c::1', 'IETF protocol assignments'],
    ['2001:2::1', 'IETF protocol assignments'],
    ['2001:db8::1', 'documentation'],
    ['3fff:fff::1', 'documentation'],
    ['100::1', 'discard-only'],
    ['5f00::1', 'segment routing'],
    ['4000::1', 'unassigned'],
    ['e000::1', 'unassigned'],
  ])('is refused: %s is %s', (text, purpose) => {
    const address = readAddress(text);

    expect(address && specialPurpose(address)).toBe(purpose);
    expect(whyNot('git.example', text, nobody())).toBe(purpose);
  });

  it.each([
    ['140.82.121.4'],
    ['1.1.1.1'],
    ['9.255.255.255'],
    ['11.0.0.0'],
    ['100.63.255.255'],
    ['100.128.0.0'],
    ['126.255.255.255'],
    ['128.0.0.0'],
    ['169.253.255.255'],
    ['169.255.0.0'],
    ['172.15.255.255'],
    ['172.32.0.0'],
    ['192.167.255.255'],
    ['192.169.0.0'],
    ['223.255.255.255'],
    ['2606:50c0:8000::153'],
    ['2A00:1450:4001:80B::200E'],
    ['64:ff9b::8c52:7904'],
    ['3ffe::1'],
    ['2001:200::1'],
  ])('is told from its neighbours, which may be reached: %s', (text) => {
    expect(whyNot('git.example', text, nobody())).toBeUndefined();
  });

  it.each([
    '',
    '.',
    'localhost',
    '127.0.0.1.1',
    '256.0.0.1',
    '1.2.3.256',
    '127..1',
    '08.1.1.1',
    '0x7g.1',
    '4294967296',
    '１２７.0.0.1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::1.2.3',
    '1.2.3.4::',
  ])('is refused when it is not one: %s', (text) => {
    expect(readAddress(text)).toBeUndefined();
    expect(whyNot('git.example', text, nobody())).toBe('not an address');
  });

  it.each(['9', '1', ':'])('is refused when it is %s a hundred thousand times', (character) => {
    const text = character.repeat(100_000);

    expect(readAddress(text)).toBeUndefined();
    expect(whyNot('git.example', text, nobody())).toBe('not an address');
  });
});

describe('C07 a block of special addresses', () => {
  const at = (text: string) => {
    const address = readAddress(text);
    return address && specialPurpose(address);
  };

  it.each([
    ['unspecified', '0.0.0.0', '0.255.255.255'],
    ['loopback', '127.0.0.0', '127.255.255.255'],
    ['link-local', '169.254.0.0', '169.254.255.255'],
    ['private', '10.0.0.0', '10.255.255.255'],
    ['private', '172.16.0.0', '172.31.255.255'],
    ['private', '192.168.0.0', '192.168.255.255'],
    ['carrier-grade NAT', '100.64.0.0', '100.127.255.255'],
    ['IETF protocol assignments', '192.0.0.0', '192.0.0.255'],
    ['documentation', '192.0.2.0', '192.0.2.255'],
    ['documentation', '198.51.100.0', '198.51.100.255'],
    ['documentation', '203.0.113.0', '203.0.113.255'],
    ['6to4', '192.88.99.0', '192.88.99.255'],
    ['benchmarking', '198.18.0.0', '198.19.255.255'],
    ['multicast', '224.0.0.0', '239.255.255.255'],
    ['reserved', '240.0.0.0', '255.255.255.255'],
    ['IPv4-compatible', '::2', '::ffff:ffff'],
    ['IPv4-mapped', '::ffff:0:0', '::ffff:ffff:ffff'],
    ['NAT64 of unspecified', '64:ff9b::', '64:ff9b::ff:ffff'],
    ['NAT64 of reserved', '64:ff9b::f000:0', '64:ff9b::ffff:ffff'],
    ['local-use NAT64', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
    ['discard-only', '100::', '100:0:0:0:ffff:ffff:ffff:ffff'],
    ['discard-only', '100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff'],
    ['IETF protocol assignments', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['unique-local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('is of one purpose from its first to its last: %s, %s to %s', (purpose, first, last) => {
    expect([at(first), at(last)]).toEqual([purpose, purpose]);
  });

  it.each([
    ['1.0.0.0', undefined],
    ['191.255.255.255', undefined],
    ['192.0.1.0', undefined],
    ['192.0.1.255', undefined],
    ['192.0.3.0', undefined],
    ['192.88.98.255', undefined],
    ['192.88.100.0', undefined],
    ['198.17.255.255', undefined],
    ['198.20.0.0', undefined],
    ['198.51.99.255', undefined],
    ['198.51.101.0', undefined],
    ['203.0.112.255', undefined],
    ['203.0.114.0', undefined],
    ['2000::', undefined],
    ['2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined],
    ['2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', undefined],
    ['2001:db9::', undefined],
    ['2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined],
    ['2003::', undefined],
    ['3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined],
    ['3fff:1000::', undefined],
    ['64:ff9b::100:0', undefined],
    ['64:ff9b::1:0:0', 'unassigned'],
    ['64:ff9b:0:ffff:ffff:ffff:ffff:ffff', 'unassigned'],
    ['64:ff9b:2::', 'unassigned'],
    ['::1:0:0', 'unassigned'],
    ['::fffe:ffff:ffff', 'unassigned'],
    ['::1:0:0:0', 'unassigned'],
    ['ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'unassigned'],
    ['100:0:0:2::', 'unassigned'],
    ['1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'unassigned'],
    ['4000::', 'unassigned'],
    ['5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'unassigned'],
    ['5f01::', 'unassigned'],
    ['fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'unassigned'],
    ['fe00::', 'unassigned'],
    ['fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'unassigned'],
  ])('ends there: %s is %s', (text, purpose) => {
    expect(readAddress(text)).toBeDefined();
    expect(at(text)).toBe(purpose);
  });
});

describe('C07 an address', () => {
  it.each([
    ['1.2.3.4', 0x0102_0304n],
    ['1.2.772', 0x0102_0304n],
    ['1.131844', 0x0102_0304n],
    ['16909060', 0x0102_0304n],
    [' 1.2.3.4 ', 0x0102_0304n],
    ['1.2.65535', 0x0102_ffffn],
    ['1.16777215', 0x01ff_ffffn],
    ['4294967295', 0xffff_ffffn],
    ['010.0x10.10.0xfF', 0x0810_0affn],
    ['0x.1', 1n],
    ['0'.repeat(40), 0n],
  ])('of IPv4 is read: %s', (text, bits) => {
    expect(readAddress(text)).toEqual({ bits, size: 32 });
  });

  it.each([
    ['1:2:3:4:5:6:7:8', 0x0001_0002_0003_0004_0005_0006_0007_0008n],
    ['::2:3:4:5:6:7:8', 0x0002_0003_0004_0005_0006_0007_0008n],
    ['1:2:3:4:5:6:7::', 0x0001_0002_0003_0004_0005_0006_0007_0000n],
    ['1::8', 0x0001_0000_0000_0000_0000_0000_0000_0008n],
    ['1:2:3:4:5:6:1.2.3.4', 0x0001_0002_0003_0004_0005_0006_0102_0304n],
    ['1::7:1.2.3.4.', 0x0001_0000_0000_0000_0000_0007_0102_0304n],
    ['[ABCD::]', 0xabcd_0000_0000_0000_0000_0000_0000_0000n],
    ['::1%a\nb', 1n],
  ])('of IPv6 is read: %s', (text, bits) => {
    expect(readAddress(text)).toEqual({ bits, size: 128 });
  });

  it.each([
    '1.2.65536',
    '1.16777216',
    '1.256.1',
    '0'.repeat(41),
    '1.2.3.4..',
    '1.2.3.4.0',
    '1.2.3.4.0.0',
    'x0x1',
    '0x1x',
    '1 2',
    '-1',
    '1:2:3:4::5:6:7:8',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4:5:6:7:8:9:a',
    '::1.2.3.4:5',
    '1.2.3.4::5',
    '::1.2.3.4.5',
    '::1.2.3.256',
    '::g',
    '::10000',
    '[::1',
    'x[::1]',
    '1:2:3:4:5:6:7:',
  ])('is not read: %s', (text) => {
    expect(readAddress(text)).toBeUndefined();
  });
});

describe('C07 a block', () => {
  it.each([
    ['10.1.2.3/8', { bits: 0x0a01_0203n, size: 32, length: 8 }],
    ['10.1.2.3', { bits: 0x0a01_0203n, size: 32, length: 32 }],
    ['10.1.2.3/32', { bits: 0x0a01_0203n, size: 32, length: 32 }],
    ['10.1.2.3/0', { bits: 0x0a01_0203n, size: 32, length: 0 }],
    ['::1', { bits: 1n, size: 128, length: 128 }],
    ['::1/128', { bits: 1n, size: 128, length: 128 }],
    ['::1/007', { bits: 1n, size: 128, length: 7 }],
    ['10.1.2.3/33', undefined],
    ['::1/129', undefined],
    ['::1/1000', undefined],
    ['10.1.2.3/', undefined],
    ['10.1.2.3/+8', undefined],
    ['10.1.2.3/8x', undefined],
    ['10.1.2.3/8.0', undefined],
    ['10.1.2.3/8 ', undefined],
    ['10.1.2.3/0008', undefined],
    ['10.1.2.3/8/8', undefined],
    ['/8', undefined],
    ['', undefined],
  ])('is read: %s', (text, block) => {
    expect(readBlock(text)).toEqual(block);
  });

  it.each([
    ['10.1.2.3', '10.1.2.0/24', true],
    ['10.1.3.0', '10.1.2.0/24', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.2', '10.1.2.3', false],
    ['255.1.2.3', '1.1.1.1/0', true],
    ['::1.2.3.4', '1.2.3.4', false],
    ['1.2.3.4', '::/0', false],
  ])('has %s in %s: %j', (text, within, expected) => {
    const address = readAddress(text);
    const block = readBlock(within);

    expect(address && block && isIn(address, block)).toBe(expected);
  });
});

describe('C07 what an operator allows', () => {
  const allowed = () => readPrivateHosts(' Git.Example. , bücher.example,127.0.0.1, fd00:1::/32,10.1.0.0/16,[::1] ');

  it.each([
    ['git.example', '10.9.9.9'],
    ['GIT.EXAMPLE', '169.254.169.254'],
    ['git.example.', 'fe80::1'],
    ['xn--bcher-kva.example', '192.168.0.1'],
    ['BÜCHER.example', '192.168.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['any.example', '10.1.255.255'],
    ['any.example', 'fd00:1:ffff::1'],
    ['alias.example', '127.0.0.1'],
  ])('is reached: %s at %s', (host, address) => {
    expect(whyNot(host, address, allowed())).toBeUndefined();
  });

  it.each([
    ['git.example.evil.example', '10.9.9.9'],
    ['sub.git.example', '10.9.9.9'],
    ['xgit.example', '10.9.9.9'],
    ['any.example', '10.2.0.0'],
    ['any.example', '10.0.255.255'],
    ['any.example', 'fd00:2::1'],
    ['127.0.0.2', '127.0.0.2'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ])('is all that is reached: not %s at %s', (host, address) => {
    expect(whyNot(host, address, allowed())).toBeDefined();
  });

  it('is spoken to without TLS only by its own name', () => {
    expect(['git.example', '127.0.0.1', '10.1.0.1', 'other'].map((host) => isNamed(host, allowed()))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each(['::1', '[0:0::1]', '[0:0:0:0:0:0:0:1]', 'localhost', 'A.B.C.example'])(
    'is named however it is written: %s',
    (host) => {
      expect(isNamed(host, readPrivateHosts('[0::1],LOCALHOST,a.b.c.example'))).toBe(true);
    },
  );

  it.each(['[::2]', '::2', '10.1.0.0', 'x[::1]', '[::1]x'])('has no other name: %s', (host) => {
    expect(isNamed(host, readPrivateHosts('[::1],10.1.0.0/16'))).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', 'a/8', '*', '*.example', 'a..b', 'http://a', 'a:1'])(
    'is not guessed: %s',
    (text) => {
      expect(() => readPrivateHosts(`git.example,${text}`)).toThrow(`PrivateHosts: '${text}' is neither`);
    },
  );
});
