import { createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { askHost, type Network } from '../../functions/actions/connection/ask-host.ts';
import { fetchByArchive } from '../../functions/actions/connection/by-archive.ts';
import { fetchByGit } from '../../functions/actions/connection/by-git.ts';
import { readPrivateHosts } from '../../functions/domain/private-hosts.ts';
import { emptyFolder, served } from './git-host.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed));
});

/** A port that notes who connects and with which first bytes, and hangs up. */
async function listening(address: string, port = 0) {
  const greetings: string[] = [];
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', (bytes) => {
        greetings.push(bytes.toString('latin1'));
        socket.destroy();
      });
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(port, address, ready));
  return { greetings, port: (server.address() as { port: number }).port };
}

/** A network with names of its own; a name's addresses change with every question. */
function network(allowed: string, names: Readonly<Record<string, readonly string[]>> = {}) {
  const asked: string[] = [];
  const resolve: Network['resolve'] = async (name) => {
    const times = asked.filter((each) => each === name).length;
    asked.push(name);
    const answers = (names[name] ?? [])[Math.min(times, (names[name] ?? []).length - 1)] ?? '';
    return answers.split(' ').map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { asked, allowed: readPrivateHosts(allowed), resolve };
}

const ask = (url: string, within: Network, headers = {}) => askHost(url, { headers }, within);

describe('C07 a host that a user has named', () => {
  it.each([
    ['https://127.0.0.1/', '127.0.0.1', 'loopback'],
    ['https://2130706433/', '127.0.0.1', 'loopback'],
    ['https://0x7f.1/', '127.0.0.1', 'loopback'],
    ['https://0177.0.0.1/', '127.0.0.1', 'loopback'],
    ['https://１２７.０.０.１/', '127.0.0.1', 'loopback'],
    ['https://127.0.0.1./', '127.0.0.1', 'loopback'],
    ['https://[::1]/', '::1', 'loopback'],
    ['https://[::ffff:127.0.0.1]/', '::ffff:7f00:1', 'IPv4-mapped'],
    ['https://[fd00:ec2::254]/', 'fd00:ec2::254', 'unique-local'],
    ['https://169.254.169.254/latest/meta-data/', '169.254.169.254', 'link-local'],
    ['https://0/', '0.0.0.0', 'unspecified'],
  ])('is not reached at %s', async (url, address, purpose) => {
    const none = network('');

    await expect(ask(url, none)).rejects.toMatchObject({
      name: 'Failure',
      code: 'ConfigurationError',
      message: `The host "${address}" has the address "${address}" (${purpose}), which connections may not reach. An operator allows it by naming "${address}" in the template's parameter PrivateHosts.`,
    });
    expect(none.asked).toEqual([]);
  });

  it.each([
    ['10.0.0.7', 'private'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['fe80::1%eth0', 'link-local'],
    ['::ffff:10.0.0.7', 'IPv4-mapped'],
    ['64:ff9b::10.0.0.7', 'NAT64 of private'],
    ['140.82.121.4 10.0.0.7', 'private'],
    ['2606:50c0:8000::153 ::1', 'loopback'],
    ['gibberish', 'not an address'],
  ])('is not reached when its name stands for %s', async (addresses, purpose) => {
    const failing = ask('https://GIT.example/team', network('', { 'git.example': [addresses] }));

    await expect(failing).rejects.toThrow(
      new RegExp(`^The host "git\\.example" has the address "[^"]+" \\(${purpose}\\), .* naming "git\\.example" in`),
    );
  });

  it.each(['http://git.example/', 'ftp://git.example/', 'file:///etc/passwd', 'gopher://127.0.0.1:6379/', 'data:,x'])(
    'is spoken to by https alone, not by %s',
    async (url) => {
      const none = network('', { 'git.example': ['140.82.121.4'] });

      await expect(ask(url, none)).rejects.toThrow(/^Connections speak https, not (http|ftp|file|gopher|data), to /);
      expect(none.asked).toEqual([]);
    },
  );

  it('is connected to where it was judged, though its name stands for another address a moment later', async () => {
    const right = await listening('127.0.0.2');
    const wrong = await listening('127.0.0.1', right.port);
    const rebinding = network('127.0.0.2/32', { 'git.example': ['127.0.0.2', '127.0.0.1'] });

    await expect(ask(`https://git.example:${right.port}/`, rebinding)).rejects.toThrow();
    await expect(ask(`https://git.example:${right.port}/`, rebinding)).rejects.toThrow('"127.0.0.1" (loopback)');

    expect(rebinding.asked).toEqual(['git.example', 'git.example']);
    expect(right.greetings).toHaveLength(1);
    expect(right.greetings[0]).toContain('git.example');
    expect(wrong.greetings).toEqual([]);
  });

  it('is not connected to by the addresses of a block without TLS', async () => {
    await expect(ask('http://git.example/', network('127.0.0.0/8', { 'git.example': ['127.0.0.2'] }))).rejects.toThrow(
      'Connections speak https, not http',
    );
  });

  it('is reached by its name when an operator allows it, and nothing else is', async () => {
    const { endpoint } = await served(async ({ headers }) => ({ status: 200, body: headers.host ?? '' }));
    const { port } = new URL(endpoint);
    const names = { 'git.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] };

    const { body, status } = await ask(`http://git.example:${port}/`, network('git.example', names));

    expect([status, await text(body)]).toEqual([200, `git.example:${port}`]);
    await expect(ask(`https://other.example:${port}/`, network('git.example', names))).rejects.toThrow('(loopback)');
  });

  it.each([
    ['http://other.example:PORT/', 'Connections speak https, not http, to "other.example:'],
    ['https://other.example:PORT/', 'The host "other.example" has the address "127.0.0.1" (loopback)'],
    ['//other.example:PORT/', 'Connections speak https, not http'],
    ['https://127.0.0.1:PORT/', '"127.0.0.1" (loopback)'],
    ['https://[::ffff:127.0.0.1]:PORT/', '(IPv4-mapped)'],
    ['http://169.254.169.254/latest/meta-data/', 'Connections speak https, not http'],
    ['https://2852039166/', '"169.254.169.254" (link-local)'],
    ['file:///etc/passwd', 'Connections speak https, not file'],
    ['https://[', '"https://[" is not an address.'],
  ])('does not lead by a redirect to %s', async (location, message) => {
    const inner = await listening('127.0.0.1');
    const { endpoint } = await served(async () => ({
      status: 302,
      headers: { location: location.replace('PORT', String(inner.port)) },
    }));
    const names = { 'git.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] };
    const host = `http://git.example:${new URL(endpoint).port}`;

    await expect(ask(host, network('git.example', names))).rejects.toThrow(message);

    expect(inner.greetings).toEqual([]);
  });

  it('does not get the token of another origin by a redirect', async () => {
    const seen: (string | undefined)[] = [];
    const answers = async ({ headers }: { headers: { authorization?: string; accept?: string } }) => {
      seen.push(headers.authorization, headers.accept);
      return { status: 200 };
    };
    const elsewhere = await served(answers as never);
    const first = await served(async () => ({ status: 307, headers: { location: elsewhere.endpoint } }));

    const { body } = await ask(first.endpoint, network('127.0.0.1'), { Authorization: 'Bearer a', accept: 'x/y' });

    body.destroy();
    expect(seen).toEqual([undefined, 'x/y']);
  });

  it.each(['by git', 'by its archive'])('is refused as the host of a connection: %s', async (way) => {
    const inner = await listening('127.0.0.1');
    const host = `https://127.0.0.1:${inner.port}`;
    const none = { allowed: readPrivateHosts('') };
    const wanted = {
      kind: 'GitHub' as const,
      host,
      repository: 'a/b',
      branch: 'main',
      folder: emptyFolder(),
      token: 'a-token',
      network: none,
    };

    const failing = way === 'by git' ? fetchByGit(wanted) : fetchByArchive({ ...wanted, api: host });

    await expect(failing).rejects.toMatchObject({ name: 'Failure', message: expect.stringContaining('PrivateHosts') });
    expect(inner.greetings).toEqual([]);
  });

  it.each(['../..', 'a/../../user', './b', 'a//b', ''])('is not asked for the repository %j', async (repository) => {
    const inner = await listening('127.0.0.1');
    const host = `http://127.0.0.1:${inner.port}`;
    const wanted = {
      kind: 'GitHub' as const,
      host,
      repository,
      branch: 'main',
      folder: emptyFolder(),
      network: network('127.0.0.1'),
    };

    for (const failing of [fetchByGit(wanted), fetchByArchive({ ...wanted, api: host })])
      await expect(failing).rejects.toThrow('FullRepositoryId must be owner/name');

    expect(inner.greetings).toEqual([]);
  });
});
