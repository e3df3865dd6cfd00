package dev.tidings.auth.jose;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;

/** Public keys on the curve P-256. */
final class P256 {
  private static final int COORDINATE_BYTES = 32;

  static PublicKey publicKey(byte[] x, byte[] y) throws GeneralSecurityException, JoseException {
    if (x.length != COORDINATE_BYTES || y.length != COORDINATE_BYTES) {
      throw new JoseException("x or y of another length", COORDINATE_BYTES + " bytes each");
    }
    ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
    // The JDK does not look.
    if (!isOnCurve(point, curve)) {
      throw new JoseException("x and y", "a point on P-256");
    }
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
  }

  /** y² = x³ + ax + b. */
  private static boolean isOnCurve(ECPoint point, ECParameterSpec curve) {
    BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right =
        x.multiply(x).add(curve.getCurve().getA()).multiply(x).add(curve.getCurve().getB()).mod(p);
    return y.multiply(y).mod(p).equals(right);
  }

  private P256() {}
}
