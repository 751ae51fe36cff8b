import { describe, expect, it } from 'vitest';
import { isNamed, readPrivateHosts, whyNot } from '../../functions/domain/private-hosts.ts';
import { readAddress, readBlock, specialPurpose } from '../../functions/domain/special-address.ts';

const nobody = readPrivateHosts('');

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
    expect(whyNot('git.example', text, nobody)).toBe(purpose);
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
    expect(whyNot('git.example', text, nobody)).toBeUndefined();
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
    '9'.repeat(100_000),
    '1'.repeat(100_000),
    ':'.repeat(100_000),
  ])('is refused when it is not one: %s', (text) => {
    expect(readAddress(text)).toBeUndefined();
    expect(whyNot('git.example', text, nobody)).toBe('not an address');
  });
});

describe('C07 what an operator allows', () => {
  const allowed = readPrivateHosts(' Git.Example. , bücher.example,127.0.0.1, fd00:1::/32,10.1.0.0/16,[::1] ');

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
    expect(whyNot(host, address, allowed)).toBeUndefined();
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
    expect(whyNot(host, address, allowed)).toBeDefined();
  });

  it('is spoken to without TLS only by its own name', () => {
    expect(['git.example', '127.0.0.1', '10.1.0.1', 'other'].map((host) => isNamed(host, allowed))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', 'a/8', '*', '*.example', 'a..b', 'http://a', 'a:1'])(
    'is not guessed: %s',
    (text) => {
      expect(() => readPrivateHosts(`git.example,${text}`)).toThrow(`PrivateHosts: '${text}' is neither`);
    },
  );

  it('is read as blocks by their length', () => {
    expect(readBlock('10.0.0.0/8')).toMatchObject({ size: 32, length: 8 });
    expect(readBlock('::1')).toMatchObject({ size: 128, length: 128, bits: 1n });
    expect(readBlock('0.0.0.0/0')).toMatchObject({ length: 0 });
  });
});
