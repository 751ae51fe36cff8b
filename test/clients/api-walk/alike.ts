/** What makes two walks differ: the client's own names, and when it walked. */
export interface Own {
  /** The ending of its names. */
  readonly id: string;
  /** When it began, in milliseconds. */
  readonly since: number;
}

const times = /(Time|At|Change|Triggered)$|^(created|updated)$/;
const made = /^(accessKeyId|secretAccessKey|sessionToken|nonce|objectKey|key|url|eTag)$/;
const ids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|sluice-bucket-[0-9a-f]+/g;

/**
 * The steps of a walk as they are alike for all clients. An id is `<id N>`, the Nth that came up; a time within the walk is `<now>`; keys,
 * places and nonces are `<name of the member>`. Go has no name that begins with a small letter, and cannot tell null, false, 0 and empty text
 * from what is absent: so all names begin with a small letter here, and those values are left out.
 */
export function alike<T>(steps: T, { id, since }: Own): T {
  const numbers = new Map<string, string>();
  const numbered = (found: string): string => {
    const number = numbers.get(found) ?? `<id ${numbers.size + 1}>`;
    numbers.set(found, number);
    return number;
  };
  const visit = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((element) => visit(element, ''));
    if (typeof value === 'object' && value !== null) return membersOf(value);
    if (times.test(name)) return isNow(value, since) ? '<now>' : value;
    if (typeof value !== 'string') return value;
    return isMade(name, value) ? `<${name}>` : value.replaceAll(`-${id}`, '').replace(ids, numbered);
  };
  const membersOf = (value: object): object =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== null && member !== false && member !== 0 && member !== '')
        .map(([name, member]) => [name[0]?.toLowerCase() + name.slice(1), member] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, member]) => [name, visit(member, name)]),
    );
  return Object.fromEntries(Object.entries(steps as object).map(([step, seen]) => [step, visit(seen, '')])) as T;
}

/** The key of a tag is no place in S3. */
function isMade(name: string, value: string): boolean {
  return made.test(name) && (name !== 'key' || value.includes('/'));
}

/** The CLI prints seconds since 1970, the others ISO 8601; some cut milliseconds off. */
function isNow(value: unknown, since: number): boolean {
  const at = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  return at >= since - 1000 && at <= Date.now() + 1000;
}
