import { readPrivateHosts } from '../domain/private-hosts.ts';

/** The hosts that connections may reach although they are not on the Internet: the template's parameter PrivateHosts. */
export const privateHosts = readPrivateHosts(process.env['PRIVATE_HOSTS'] ?? '');
