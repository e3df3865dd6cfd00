import { encodeUtf8 } from '../mqtt/utf8.js';
import type { TokenSupplier } from '../options.js';
import type { Clock } from '../platform/clock.js';

const MAX_BYTES = 65_535;

/** Asks the supplier for tokens, one at a time. */
export class Tokens {
  private asked: Promise<string> | null = null;

  /**
   * @param patience how long a call of the supplier may take
   */
  constructor(
    private readonly supplier: TokenSupplier,
    private readonly clock: Clock,
    private readonly patience: number,
  ) {}

  /** Asks for a token, or waits with others for the one that is being asked for. */
  next(): Promise<string> {
    this.asked ??= this.ask().finally(() => {
      this.asked = null;
    });
    return this.asked;
  }

  private ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(this.patience, () => reject(new Error('no token in time')));
      Promise.resolve()
        .then(() => this.supplier())
        .then(checked)
        .then(resolve, reject)
        .finally(cancel);
    });
  }
}

/** The text is the device's secret: no message repeats it. */
function checked(token: unknown): string {
  if (typeof token !== 'string' || token.length === 0) {
    throw new Error('token: none (expected: a JSON Web Token)');
  }
  const bytes = encodeUtf8(token).length;
  if (bytes > MAX_BYTES) {
    throw new Error(`token: ${bytes} bytes (expected: <= ${MAX_BYTES})`);
  }
  return token;
}
