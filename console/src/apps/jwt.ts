export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

export type JwtRemark = 'expired' | 'no-exp' | 'not-yet' | 'no-iss' | 'no-kid' | 'no-sub' | 'bad-alg' | 'unsigned' | 'old';

/** Takes a token apart; throws if it is none. Its signature is another matter. */
export function parseJwt(text: string): Jwt {
  const parts = text.trim().split('.');
  if (parts.length !== 3) {
    throw new SyntaxError(`${parts.length}`);
  }
  const [header, claims] = parts.slice(0, 2).map(decoded) as [Jwt['header'], Jwt['claims']];
  return { header, claims };
}

function decoded(part: string): Record<string, unknown> {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError('{…}');
  }
  return value as Record<string, unknown>;
}

/** The hour after which a provider's token is refused. */
const PROVIDER_SECONDS = 3_600;

/**
 * What would be refused whoever signed it.
 *
 * @param kind a provider's is ES256 with `iss`, `iat` and `kid`; a device's has `exp`, `iss` and as `sub` the serial number
 */
export function remarks({ header, claims }: Jwt, kind: 'provider' | 'device', nowSeconds: number): readonly JwtRemark[] {
  const found: JwtRemark[] = [];
  const { exp, iat, nbf } = claims;
  if (header['alg'] === 'none' || header['alg'] === undefined) {
    found.push('unsigned');
  } else if (kind === 'provider' && header['alg'] !== 'ES256') {
    found.push('bad-alg');
  }
  if (typeof exp === 'number' && exp < nowSeconds) {
    found.push('expired');
  }
  if (kind === 'device' && typeof exp !== 'number') {
    found.push('no-exp');
  }
  if ((typeof nbf === 'number' && nbf > nowSeconds) || (typeof iat === 'number' && iat > nowSeconds + 60)) {
    found.push('not-yet');
  }
  if (kind === 'provider' && typeof iat === 'number' && iat + PROVIDER_SECONDS < nowSeconds) {
    found.push('old');
  }
  if (typeof claims['iss'] !== 'string') {
    found.push('no-iss');
  }
  if (kind === 'provider' && typeof header['kid'] !== 'string') {
    found.push('no-kid');
  }
  if (kind === 'device' && typeof claims['sub'] !== 'string') {
    found.push('no-sub');
  }
  return found;
}
