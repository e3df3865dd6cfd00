import { backoffDelay } from '../connection/backoff.js';
import type { Settings } from '../options.js';
import type { Platform } from '../platform/platform.js';
import { jwtUser } from '../token/claims.js';
import { Tokens } from '../token/tokens.js';

/**
 * The name that the tabs of one device and one user have in common: the user is whom the token names, or else the options. While the
 * supplier has no token it is asked again, ever more seldom: with another name the tab would take the connection of the others over.
 *
 * @param isOver whether the tab has been closed meanwhile
 * @param problem told why there is no token
 */
export function sharedName(
  { serial, user, password, tokens, answerTimeout, backoff }: Settings,
  platform: Platform,
  isOver: () => boolean,
  problem: (failure: unknown) => void,
): string | Promise<string> {
  const named = (byToken: string | null): string => `tidings.device.${JSON.stringify([serial, byToken ?? user ?? null])}`;
  if (!tokens) {
    return named(jwtUser(password ?? ''));
  }
  const supplier = new Tokens(tokens, platform.clock, answerTimeout);
  const ask = async (attempt: number): Promise<string> => {
    try {
      return named(jwtUser(await supplier.next()));
    } catch (failure) {
      if (isOver()) {
        return named(null);
      }
      problem(failure);
      await new Promise<void>((go) => platform.clock.after(backoffDelay(backoff, attempt, () => platform.random()), go));
      return ask(attempt + 1);
    }
  };
  return ask(0);
}
