import type { Settings } from '../options.js';
import type { Clock } from '../platform/clock.js';
import { jwtUser } from '../token/claims.js';
import { Tokens } from '../token/tokens.js';

/** The name that the tabs of one device and one user have in common: the user is whom the token names, or else the options. */
export function sharedName(settings: Settings, clock: Clock): string | Promise<string> {
  const { serial, user, password, tokens, answerTimeout } = settings;
  const named = (byToken: string | null): string => `tidings.device.${JSON.stringify([serial, byToken ?? user ?? null])}`;
  if (!tokens) {
    return named(jwtUser(password ?? ''));
  }
  // A supplier that has no token now is asked again by the tab that connects.
  return new Tokens(tokens, clock, answerTimeout).next().then(
    (token) => named(jwtUser(token)),
    () => named(null),
  );
}
