import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** What a task token stands for: one invocation of a task. */
export interface TokenOwner {
  readonly execution: string;
  readonly thread: number;
  readonly task: string;
}

/** Task tokens, signed: nobody can make one, and one of an invocation that is over is told from one that never was. */
export class Tokens {
  readonly #key: KeyObject;

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key);
  }

  make({ execution, thread, task }: TokenOwner): string {
    const owner = Buffer.from(JSON.stringify([execution, thread, task]));
    return Buffer.concat([this.#sign(owner), owner]).toString('base64url');
  }

  /** Whom a token is for; undefined when it is none of ours. */
  read(token: string): TokenOwner | undefined {
    const bytes = Buffer.from(token, 'base64url');
    const [signature, owner] = [bytes.subarray(0, 32), bytes.subarray(32)];
    if (signature.length < 32 || !timingSafeEqual(signature, this.#sign(owner))) return undefined;
    const [execution, thread, task] = JSON.parse(owner.toString('utf8')) as [string, number, string];
    return { execution, thread, task };
  }

  #sign(owner: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(owner).digest();
  }
}
