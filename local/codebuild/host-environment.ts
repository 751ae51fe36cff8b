/** What of the machine's environment a build may see; everything else, credentials above all, stays outside. */
const ALLOWED = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'];
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** The part of the stack's own environment that builds get. */
export function hostEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const given = [...ALLOWED, ...PROXIES].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(given), PATH: machinePath(environment['PATH'] ?? '') };
}

/** A PATH as it was before npm put a project's tools in front: a build must find the machine's tools. */
export function machinePath(path: string): string {
  const own = path
    .split(':')
    .filter((folder) => !/(^|\/)(node_modules\/\.bin|node-gyp-bin)\/?$/.test(folder) && folder.startsWith('/'));
  return own.length > 0 ? own.join(':') : '/usr/local/bin:/usr/bin:/bin';
}
