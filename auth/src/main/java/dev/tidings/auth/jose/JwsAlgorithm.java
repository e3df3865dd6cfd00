package dev.tidings.auth.jose;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/**
 * The signature algorithms that are accepted. Each key has one of them, by its type; a token cannot
 * choose.
 */
public enum JwsAlgorithm {
  /** ECDSA with P-256 and SHA-256. */
  ES256("ES256", "SHA256withECDSAinP1363Format", 64),
  /** RSA with PKCS #1 v1.5 and SHA-256. */
  RS256("RS256", "SHA256withRSA", 0),
  /** EdDSA with Ed25519. */
  ED25519("EdDSA", "Ed25519", 64);

  private final String label;
  private final String signature;
  private final int signatureBytes;

  /**
   * @param label its name in a token's header
   * @param signature its name in the JDK
   * @param signatureBytes the only length of its signatures; 0: as long as the key, which the JDK
   *     checks
   */
  JwsAlgorithm(String label, String signature, int signatureBytes) {
    this.label = label;
    this.signature = signature;
    this.signatureBytes = signatureBytes;
  }

  /** Returns its name in a token's header. */
  public String label() {
    return label;
  }

  /** Returns whether this is the signature of those bytes by the owner of the key. */
  boolean verifies(PublicKey key, byte[] signed, byte[] proof) {
    // The JDK reads ES256 signatures of other lengths too: the same one could be spelled in many
    // ways.
    if (signatureBytes != 0 && proof.length != signatureBytes) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(signature);
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(proof);
    } catch (SignatureException e) {
      return false;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("the JDK cannot verify " + label, e);
    }
  }
}
