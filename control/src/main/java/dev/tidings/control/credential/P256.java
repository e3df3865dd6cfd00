package dev.tidings.control.credential;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

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

  static boolean isCurveOf(ECPublicKey key) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(NAME);
    ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
    ECParameterSpec found = key.getParams();
    return found.getCurve().getField().equals(p256.getCurve().getField())
        && found.getCurve().getA().equals(p256.getCurve().getA())
        && found.getCurve().getB().equals(p256.getCurve().getB())
        && found.getGenerator().equals(p256.getGenerator())
        && found.getOrder().equals(p256.getOrder())
        && found.getCofactor() == p256.getCofactor();
  }
}
