import { decodeBase64Url, decodeUtf8 } from '../mqtt/utf8.js';

/** Reads when a JSON Web Token expires, in milliseconds since 1970. It verifies nothing: that is the service's business. */
export function jwtExpiry(token: string): number | null {
  const exp = claim(token, 'exp');
  return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1_000 : null;
}

/** Reads which user a JSON Web Token names, if it names one. It verifies nothing. */
export function jwtUser(token: string): string | null {
  const user = claim(token, 'user');
  return typeof user === 'string' ? user : null;
}

function claim(token: string, name: string): unknown {
  const parts = token.split('.');
  const payload = parts.length === 3 ? decodeBase64Url(parts[1]!) : null;
  if (!payload) {
    return null;
  }
  try {
    const claims: unknown = JSON.parse(decodeUtf8(payload));
    return (claims as Record<string, unknown> | null)?.[name];
  } catch {
    return null;
  }
}
