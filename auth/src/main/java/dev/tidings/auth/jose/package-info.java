/**
 * JSON Web Tokens as far as they are used here: compact JWS with the algorithms ES256, RS256 and
 * EdDSA (Ed25519), and key sets of public keys. In: bytes that anybody may have sent. Out: what
 * they say, or a {@link dev.tidings.auth.jose.JoseException} that names what was expected.
 */
@NullMarked
package dev.tidings.auth.jose;

import org.jspecify.annotations.NullMarked;
