package dev.tidings.auth.jose;

import java.security.PublicKey;
import java.util.Optional;

/**
 * A public key of an issuer.
 *
 * @param id its {@code kid}
 * @param algorithm the only one that it is used with
 */
public record VerificationKey(Optional<String> id, JwsAlgorithm algorithm, PublicKey key) {

  /**
   * Returns a key for ES256.
   *
   * @param encoded X.509's SubjectPublicKeyInfo
   * @throws JoseException if it is anything else than a key on P-256
   */
  public static VerificationKey es256(String id, byte[] encoded) throws JoseException {
    return new VerificationKey(
        Optional.of(id), JwsAlgorithm.ES256, P256PublicKeys.publicKey(encoded));
  }

  /**
   * Returns whether the token was signed by the owner of this key. A token that states another
   * algorithm than the key's was not.
   */
  public boolean verifies(CompactJws token) {
    return algorithm.isCalled(token.algorithm())
        && algorithm.verifies(key, token.signed(), token.signature());
  }
}
