const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a Host header names this machine. A page of another site can point its own name at 127.0.0.1 and then read what the
 * stack answers (DNS rebinding); its requests still carry that name.
 */
export function isLocalHost(host: string | undefined): boolean {
  return NAMES.includes((host ?? '').toLowerCase().replace(/:\d+$/, ''));
}

/** Whether a request that changes something was sent by a page of another site (browsers then say so in Origin). */
export function isFromElsewhere(method: string, origin: string | undefined): boolean {
  if (origin === undefined || method === 'GET' || method === 'HEAD') return false;
  return !/^https?:\/\//.test(origin) || !isLocalHost(origin.replace(/^https?:\/\//, ''));
}
