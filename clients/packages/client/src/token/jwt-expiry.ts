import { decodeBase64Url, decodeUtf8 } from '../mqtt/utf8.js';

/** Reads when a JSON Web Token expires, in milliseconds since 1970. It verifies nothing: that is the service's business. */
export function jwtExpiry(token: string): number | null {
  const parts = token.split('.');
  const payload = parts.length === 3 ? decodeBase64Url(parts[1]!) : null;
  if (!payload) {
    return null;
  }
  try {
    const claims: unknown = JSON.parse(decodeUtf8(payload));
    const exp = (claims as { exp?: unknown } | null)?.exp;
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1_000 : null;
  } catch {
    return null;
  }
}
