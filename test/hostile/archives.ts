import { crc32, deflateRawSync } from 'node:zlib';

/** A hostile archive, and what is to come of it where it is unpacked. */
export interface HostileArchive {
  readonly name: string;
  /** Made when it is wanted: some are large. `top`: a folder that all entries are put in, with a slash at its end. */
  readonly bytes: (top: string) => Buffer;
  /** Where it may be unpacked all the same, because nothing of it leads out or grows: elsewhere it is refused. */
  readonly harmlessTo: readonly Target[];
  /** What the refusal must show of the entry. */
  readonly shows?: string;
}

/** What unpacks archives: the S3 deployment, the connection's download, the local build. */
export type Target = 'deploy' | 'connection' | 'build';

/** An entry as a hostile writer writes it: what is not given is as it should be. */
interface Entry {
  readonly name: string | Buffer;
  readonly body?: string | Buffer;
  /** Unix file type and permissions. */
  readonly mode?: number;
  /** The central directory's word for the unpacked size, the packed size, the place of the local header. */
  readonly size?: number;
  readonly packed?: number;
  readonly offset?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly extra?: Buffer;
  /** The local header's name, when it differs. */
  readonly localName?: string;
}

interface Ending {
  /** The end's word for the number of entries. */
  readonly count?: number;
  readonly comment?: Buffer<ArrayBuffer>;
}

const utf8 = 0x0800;
const all: readonly Target[] = ['deploy', 'connection', 'build'];
const link = 0o120777;

/** An archive of these entries. */
function zip(entries: readonly Entry[], { count, comment }: Ending = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const body = Buffer.from(entry.body ?? 'x');
    const deflated = entry.method === undefined ? deflateRawSync(body) : body;
    const name = Buffer.from(entry.name);
    const localName = Buffer.from(entry.localName ?? name);
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(utf8 | (entry.flags ?? 0), 2);
    fixed.writeUInt16LE(entry.method ?? 8, 4);
    fixed.writeUInt32LE(0x00210000, 6);
    fixed.writeUInt32LE(crc32(body), 10);
    fixed.writeUInt32LE(entry.packed ?? deflated.length, 14);
    fixed.writeUInt32LE(entry.size ?? body.length, 18);
    fixed.writeUInt16LE(localName.length, 22);
    const here = entry.offset ?? at;
    if (entry.offset === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fixed, localName, deflated]);
      locals.push(local);
      at += local.length;
    }
    const extra = entry.extra ?? Buffer.alloc(0);
    const header = Buffer.alloc(46);
    header.write('PK\x01\x02', 0, 'latin1');
    header.writeUInt16LE((3 << 8) | 20, 4);
    fixed.copy(header, 6);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt16LE(extra.length, 30);
    header.writeUInt32LE((entry.mode ?? 0o100644) * 0x10000, 38);
    header.writeUInt32LE(here, 42);
    directory.push(header, name, extra);
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...locals, central, end(count ?? entries.length, central.length, at, comment)]);
}

function end(count: number, size: number, offset: number, comment = Buffer.alloc(0)): Buffer {
  const zip64 = count < 0xffff ? Buffer.alloc(0) : Buffer.alloc(76);
  if (zip64.length > 0) {
    zip64.write('PK\x06\x06', 0, 'latin1');
    zip64.writeBigUInt64LE(44n, 4);
    zip64.writeBigUInt64LE(BigInt(count), 24);
    zip64.writeBigUInt64LE(BigInt(count), 32);
    zip64.writeBigUInt64LE(BigInt(size), 40);
    zip64.writeBigUInt64LE(BigInt(offset), 48);
    zip64.write('PK\x06\x07', 56, 'latin1');
    zip64.writeBigUInt64LE(BigInt(offset + size), 64);
    zip64.writeUInt32LE(1, 72);
  }
  const last = Buffer.alloc(22);
  last.write('PK\x05\x06', 0, 'latin1');
  last.writeUInt16LE(Math.min(count, 0xffff), 8);
  last.writeUInt16LE(Math.min(count, 0xffff), 10);
  last.writeUInt32LE(size, 12);
  last.writeUInt32LE(offset, 16);
  last.writeUInt16LE(comment.length, 20);
  return Buffer.concat([zip64, last, comment]);
}

function extraField(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

/** Info-ZIP's Unicode path: a second name, which readers prefer. */
function unicodePath(plain: string, real: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(1, 0);
  head.writeUInt32LE(crc32(Buffer.from(plain)), 1);
  return extraField(0x7075, Buffer.concat([head, Buffer.from(real)]));
}

const named = (name: string, path: string, shows = 'evil'): HostileArchive => ({
  name,
  bytes: (top) => zip([{ name: `${top}good` }, { name: `${top}${path}` }]),
  harmlessTo: [],
  shows,
});

/** A name that looks as if it led out, and is a name like any other. */
const odd = (name: string, path: string | Buffer): HostileArchive => ({
  name,
  bytes: (top) => zip([{ name: Buffer.concat([Buffer.from(top), Buffer.from(path)]) }]),
  harmlessTo: all,
});

/** Absolute wherever it is put. */
const absolute = (name: string, path: string): HostileArchive => ({
  name,
  bytes: () => zip([{ name: path }]),
  harmlessTo: [],
  shows: 'evil',
});

const made = (
  name: string,
  entries: (top: string) => readonly Entry[],
  harmlessTo: readonly Target[] = [],
  shows?: string,
  ending?: Ending,
): HostileArchive => ({
  name,
  bytes: (top) => zip(entries(top), ending),
  harmlessTo,
  ...(shows === undefined ? {} : { shows }),
});

const zeros = (megabytes: number): Buffer => Buffer.alloc(megabytes * 2 ** 20);
const good = (): Buffer => zip([{ name: 'good' }]);

/** How many bytes the archives that are too large unpack to at least, and how many entries they have at most. */
export const tooLarge = { bytes: 32 * 2 ** 20, entries: 100_001 };

/** The corpus: every trick that is known of archives. */
export const hostileArchives: readonly HostileArchive[] = [
  named('a path out', '../../evil'),
  named('a path far out', '../../../../../../../../etc/evil'),
  named('a path in and out', 'a/../../../evil'),
  named('a path out at its end', 'evil/..'),
  named('a path that is out', '..', '..'),
  named('a folder that is out', '../../evil/'),
  named('a path out between dots', './.././../evil'),
  named('backslashes out', '..\\..\\evil'),
  named('backslashes in and out', 'a\\..\\..\\evil'),
  named('both kinds of slashes', '..\\../evil'),
  named('NUL within', 'evil\0.txt'),
  named('NUL at its end', 'evil\0'),
  absolute('an absolute path', '/etc/evil'),
  absolute('an absolute folder', '/evil/'),
  absolute('a network path', '//host/share/evil'),
  absolute('a drive', 'C:/evil'),
  absolute('a drive without a slash', 'c:evil'),
  absolute('a drive with a backslash', 'C:\\evil'),
  absolute('a device path of Windows', '\\\\?\\C:\\evil'),
  absolute('a network path of Windows', '\\\\host\\share\\evil'),
  made(
    'a second name that leads out',
    (top) => [{ name: `${top}good`, extra: unicodePath(`${top}good`, `${top}../../evil`) }],
    [],
    'evil',
  ),
  odd('one-dot leaders', '․․/evil'),
  odd('a two-dot leader', '‥/evil'),
  odd('full-width dots and slash', '．．／evil'),
  odd('a division slash', '..∕evil'),
  odd('a big reverse solidus', '..⧹evil'),
  odd('overlong UTF-8', Buffer.from('c0aec0aec0af6576696c', 'hex')),
  odd('percent signs', '%2e%2e%2fevil'),
  odd('a home folder', '~/evil'),
  odd('three dots', '.../evil'),
  odd('an option', '-rf'),
  odd('line feeds, colours and text from right to left', 'a\r\n\u001b[31m\u202eevil'),
  made('git’s own hooks', (top) => [{ name: `${top}.git/hooks/evil`, mode: 0o100755 }], ['deploy', 'build'], 'evil'),
  made('no name', () => [{ name: '' }], []),
  made('a name too long for a file', (top) => [{ name: `${top}${'evil'.repeat(16_000)}` }], [], 'evil'),
  made('a path too deep', (top) => [{ name: `${top}${'d/'.repeat(20_000)}evil` }], []),
  made('a link to an absolute path', (top) => [{ name: `${top}evil`, mode: link, body: '/etc/passwd' }], [], 'evil'),
  made('a link out', (top) => [{ name: `${top}evil`, mode: link, body: '../../outside' }], [], 'evil'),
  made('a link out of a folder', (top) => [{ name: `${top}d/evil`, mode: link, body: '../../x' }], [], 'evil'),
  made(
    'a link, then a file through it',
    (top) => [
      { name: `${top}evil`, mode: link, body: '..' },
      { name: `${top}evil/file`, body: 'outside' },
    ],
    [],
    'evil',
  ),
  made(
    'a link inside, then a file through it',
    (top) => [
      { name: `${top}d/good` },
      { name: `${top}evil`, mode: link, body: 'd' },
      { name: `${top}evil/file`, body: 'outside' },
    ],
    [],
    'evil',
  ),
  made(
    'links that lead out together',
    (top) => [
      { name: `${top}d/e/f/good` },
      { name: `${top}evil-down`, mode: link, body: 'd/e/f' },
      { name: `${top}evil`, mode: link, body: 'evil-down/../../../../outside' },
    ],
    [],
    'evil',
  ),
  made(
    'a link, then a file of its name',
    (top) => [
      { name: `${top}evil`, mode: link, body: 'good' },
      { name: `${top}evil`, body: 'over it' },
    ],
    [],
    'evil',
  ),
  made('a link with NUL', (top) => [{ name: `${top}evil`, mode: link, body: 'good\0/../..' }], [], 'evil'),
  made('a link with backslashes', (top) => [{ name: `${top}evil`, mode: link, body: '..\\..\\x' }], [], 'evil'),
  made('a link with a long target', (top) => [{ name: `${top}evil`, mode: link, body: 'a/'.repeat(8192) }], [], 'evil'),
  made(
    'a hard link, of the Unix extra field',
    (top) => [
      { name: `${top}good`, extra: extraField(0x000d, Buffer.from(`${'\0'.repeat(12)}/etc/passwd`, 'latin1')) },
    ],
    all,
  ),
  ...(
    [
      ['a character device', 0o020666],
      ['a block device', 0o060666],
      ['a fifo', 0o010666],
      ['a socket', 0o140666],
      ['a folder that is said to be a file', 0o040755],
      ['a file of no known type', 0o170644],
    ] as const
  ).map(([name, mode]) => made(name, (top) => [{ name: `${top}evil`, mode }], [], 'evil')),
  made('a file that runs as its owner', (top) => [{ name: `${top}evil`, mode: 0o106755 }], all),
  made('an encrypted entry', (top) => [{ name: `${top}evil`, flags: 1 }], [], 'evil'),
  made('strong encryption', (top) => [{ name: `${top}evil`, flags: 0x41 }]),
  made('an unknown compression', (top) => [{ name: `${top}evil`, method: 99 }], [], 'evil'),
  made('damaged content', (top) => [{ name: `${top}evil`, body: 'no deflate', method: 8 }], [], 'evil'),
  made('a bomb', (top) => [{ name: `${top}evil`, body: zeros(40) }]),
  made('a bomb of many files', (top) =>
    Array.from({ length: 40 }, (_, at) => ({ name: `${top}${at}`, body: zeros(1) })),
  ),
  made(
    'a bomb in an archive',
    (top) => [{ name: `${top}inner.zip`, body: zip([{ name: 'evil', body: zeros(40) }]) }],
    all,
  ),
  made(
    'an archive of itself, eight deep',
    (top) => {
      const inner = Array.from({ length: 8 }).reduce<Buffer<ArrayBufferLike>>(
        (body) => zip([{ name: 'again.zip', body }]),
        good(),
      );
      return [{ name: `${top}again.zip`, body: inner }];
    },
    all,
  ),
  made('more entries than are there', (top) => [{ name: `${top}evil` }], [], undefined, { count: 1_000_000 }),
  made('fewer entries than are there', (top) => [{ name: `${top}good` }, { name: '../evil' }], all, undefined, {
    count: 1,
  }),
  {
    name: 'a million entries',
    bytes: (top) => {
      const one = zip([{ name: `${top}e`, body: '', method: 0 }]);
      const local = one.indexOf('PK\x01\x02');
      const entry = one.subarray(local, one.length - 22);
      const central = Buffer.alloc(entry.length * 1_000_000, entry);
      return Buffer.concat([one.subarray(0, local), central, end(1_000_000, central.length, local)]);
    },
    harmlessTo: [],
  },
  made('entries that share one content', (top) => [
    { name: `${top}0`, body: zeros(1) },
    ...Array.from({ length: 99 }, (_, at) => {
      const body = zeros(1);
      return { name: `${top}${at + 1}`, body, offset: 0 };
    }),
  ]),
  made(
    'a content within another',
    (top) => {
      const inner = zip([{ name: `${top}inner`, body: zeros(1) }]);
      const start = 30 + `${top}outer`.length;
      return [
        { name: `${top}outer`, body: inner, method: 0 },
        { name: `${top}inner`, body: zeros(1), offset: start },
      ];
    },
    all,
  ),
  made('less content than it is', (top) => [{ name: `${top}evil`, body: zeros(40), size: 10 }], [], 'evil'),
  made('more content than it is', (top) => [{ name: `${top}evil`, body: 'x', size: 1000 }], [], 'evil'),
  made('a packed size past its end', (top) => [{ name: `${top}evil`, packed: 0x7fffffff }], [], 'evil'),
  made('a packed size of nothing', (top) => [{ name: `${top}evil`, body: 'abc', packed: 0 }], [], 'evil'),
  made('an entry past its end', (top) => [{ name: `${top}evil`, offset: 0x7fffffff }], [], 'evil'),
  made(
    'an entry within the directory',
    (top) => [{ name: `${top}good` }, { name: `${top}evil`, offset: 60 }],
    [],
    'evil',
  ),
  made('a size of an exabyte', (top) => {
    const sizes = Buffer.alloc(8);
    sizes.writeBigUInt64LE(2n ** 50n);
    return [{ name: `${top}evil`, size: 0xffffffff, extra: extraField(0x0001, sizes) }];
  }),
  made('a size beyond all numbers', (top) => {
    const sizes = Buffer.alloc(8, 0xff);
    return [{ name: `${top}evil`, size: 0xffffffff, extra: extraField(0x0001, sizes) }];
  }),
  made('a large size that is not told', (top) => [
    { name: `${top}evil`, size: 0xffffffff, extra: extraField(0x0001, Buffer.alloc(0)) },
  ]),
  made('an extra field longer than it is', (top) => [
    { name: `${top}evil`, extra: Buffer.from([0x01, 0x00, 0xff, 0xff]) },
  ]),
  made('one name twice', (top) => [{ name: `${top}evil` }, { name: `${top}evil`, body: 'b' }], ['deploy'], 'evil'),
  made(
    'a file and a folder of one name',
    (top) => [{ name: `${top}evil` }, { name: `${top}evil/file` }],
    ['deploy'],
    'evil',
  ),
  made('names that differ by case', (top) => [{ name: `${top}evil` }, { name: `${top}EVIL` }], all),
  made('names that differ by their Unicode form', (top) => [{ name: `${top}\u00e9` }, { name: `${top}e\u0301` }], all),
  made('another name in the local header', (top) => [{ name: `${top}good`, localName: '../evil' }], all),
  { name: 'bytes behind its end', bytes: () => Buffer.concat([good(), Buffer.from('#!/bin/sh\n')]), harmlessTo: [] },
  { name: 'bytes before its beginning', bytes: () => Buffer.concat([Buffer.alloc(100, 'x'), good()]), harmlessTo: [] },
  {
    name: 'two archives in one',
    bytes: (top) => Buffer.concat([zip([{ name: '../evil' }]), zip([{ name: `${top}good` }])]),
    harmlessTo: [],
  },
  made('an archive in its comment', () => [{ name: '../evil' }], all, undefined, {
    comment: Buffer.from(end(0, 0, 0)),
  }),
  made('the half of an end in its comment', () => [{ name: 'top/good' }], [], undefined, {
    comment: Buffer.from('PK\x05\x06'.repeat(10), 'latin1'),
  }),
  { name: 'its first half', bytes: () => good().subarray(0, 60), harmlessTo: [] },
  { name: 'no end', bytes: () => good().subarray(0, -1), harmlessTo: [] },
  { name: 'nothing', bytes: () => Buffer.alloc(0), harmlessTo: [] },
  { name: 'a signature alone', bytes: () => Buffer.from('PK'), harmlessTo: [] },
  { name: 'no entries', bytes: () => zip([]), harmlessTo: all },
  { name: 'another kind of file', bytes: () => Buffer.from('<html>'.repeat(1000)), harmlessTo: [] },
  { name: 'nothing but ends', bytes: () => Buffer.from('PK\x05\x06'.repeat(100_000), 'latin1'), harmlessTo: [] },
];
