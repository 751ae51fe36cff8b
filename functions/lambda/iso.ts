/** A time as ISO 8601 with milliseconds, UTC. */
export function iso(time: number): string {
  return new Date(time).toISOString();
}
