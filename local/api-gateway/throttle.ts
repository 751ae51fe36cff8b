/** Lets a request through, or says that there were too many. */
export type Throttle = (now: number) => boolean;

/** A token bucket as API Gateway throttles: `burst` requests at once, and then `rate` a second. */
export function tokenBucket(burst: number, rate: number): Throttle {
  let tokens = burst;
  let filled: number | undefined;
  return (now) => {
    const seconds = Math.max(0, now - (filled ?? now)) / 1000;
    tokens = Math.min(burst, tokens + seconds * rate);
    filled = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
