package dev.tidings.auth.jose;

import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/**
 * The signature algorithms that are accepted. Each key has one of them, by its type; a token cannot
 * choose.
 */
public enum JwsAlgorithm {
  /** ECDSA with P-256 and SHA-256. */
  ES256("ES256", "EC", "SHA256withECDSAinP1363Format", 64),
  /** RSA with PKCS #1 v1.5 and SHA-256. */
  RS256("RS256", "RSA", "SHA256withRSA", 0),
  /** EdDSA with Ed25519; by its own name (RFC 9864) as well. */
  ED25519("EdDSA", "Ed25519", "Ed25519", 64);

  private final String label;
  private final String keys;
  private final String signature;
  private final int signatureBytes;

  /**
   * @param label its name in a token's header
   * @param keys the name of its keys in the JDK
   * @param signature its name in the JDK
   * @param signatureBytes the only length of its signatures; 0: as long as the key, which the JDK
   *     checks
   */
  JwsAlgorithm(String label, String keys, String signature, int signatureBytes) {
    this.label = label;
    this.keys = keys;
    this.signature = signature;
    this.signatureBytes = signatureBytes;
  }

  /** Returns its name in a token's header. */
  public String label() {
    return label;
  }

  /**
   * Returns whether a key or a token that names this algorithm means this one. Browsers and Node.js
   * write Ed25519's own name into its keys, others that of the kind, EdDSA.
   */
  boolean isCalled(String name) {
    return name.equals(label) || (this == ED25519 && name.equals(keys));
  }

  /**
   * Returns the key in an X.509 SubjectPublicKeyInfo; empty if it is a key for something else.
   *
   * @throws JoseException if it is on another curve
   */
  Optional<PublicKey> publicKey(byte[] encoded) throws JoseException {
    try {
      PublicKey key = KeyFactory.getInstance(keys).generatePublic(new X509EncodedKeySpec(encoded));
      return Optional.of(this == ES256 ? P256PublicKeys.publicKey(encoded) : key);
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no keys for " + label, e);
    }
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
