/** Why a signature is not accepted. Each protocol has its own words for it (see `refusal-codes.ts`). */
export type SignatureFault =
  | 'Incomplete'
  | 'UnknownKey'
  | 'InvalidToken'
  | 'ExpiredToken'
  | 'Mismatch'
  | 'Skewed'
  | 'UrlExpired'
  | 'UnsignedHeaders';

/** A signed request that is not let in. */
export class SignatureRefusal extends Error {
  readonly fault: SignatureFault;

  constructor(fault: SignatureFault, message: string) {
    super(message);
    this.name = 'SignatureRefusal';
    this.fault = fault;
  }
}
