/** A JSON path as EventBridge takes it: `$`, members by `.name` or `['name']`, elements by `[0]`. undefined when it is not one. */
export function parsePath(path: string): readonly (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  while (rest !== '') {
    const [all, name, quoted, index] = /^(?:\.([\w-]+)|\[(?:'([^']*)'|"[^"]*")\]|\[(\d+)\])/.exec(rest) ?? [];
    if (all === undefined) return undefined;
    steps.push(index === undefined ? (name ?? quoted ?? all.slice(2, -2)) : Number(index));
    rest = rest.slice(all.length);
  }
  return steps;
}

/** What is at the path; undefined when nothing is, or when it is no path. */
export function valueAt(value: unknown, path: string): unknown {
  return parsePath(path)?.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    return (at as Record<string | number, unknown>)[step];
  }, value);
}
