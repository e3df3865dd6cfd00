package dev.tidings.auth.device.jwt;

/**
 * An issuer whose tokens are checked.
 *
 * @param keys that it signs with
 * @param check of what its tokens say
 */
record KnownIssuer(IssuerKeys keys, ClaimsCheck check) {}
