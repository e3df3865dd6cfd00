package dev.tidings.auth.jose;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** Public keys on the curve P-256. */
final class P256PublicKeys {
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

  /** Returns the key in an X.509 SubjectPublicKeyInfo. */
  static PublicKey publicKey(byte[] encoded) throws JoseException {
    try {
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
      if (key instanceof ECPublicKey point
          && point.getParams().getCurve().getField().getFieldSize()
              == COORDINATE_BYTES * Byte.SIZE) {
        // On whichever curve it says it is: only points of P-256 are read.
        return publicKey(unsigned(point.getW().getAffineX()), unsigned(point.getW().getAffineY()));
      }
    } catch (GeneralSecurityException e) {
      throw new JoseException("public key: not readable", "an X.509 SubjectPublicKeyInfo on P-256");
    }
    throw new JoseException("public key: another type or curve", "P-256");
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int from = Math.max(0, bytes.length - COORDINATE_BYTES);
    byte[] padded = new byte[COORDINATE_BYTES];
    System.arraycopy(
        bytes, from, padded, COORDINATE_BYTES - (bytes.length - from), bytes.length - from);
    return padded;
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

  private P256PublicKeys() {}
}
