package dev.tidings.control.credential;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** The curve of the keys that providers' tokens are signed with. */
public final class P256 {
  private static final ECGenParameterSpec NAME = new ECGenParameterSpec("secp256r1");

  private P256() {}

  /** Makes a key pair. */
  public static KeyPair newPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(NAME);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has P-256", e);
    }
  }
}
