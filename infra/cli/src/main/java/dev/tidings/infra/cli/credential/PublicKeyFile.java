package dev.tidings.infra.cli.credential;

import dev.tidings.schemas.value.InvalidValueException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a public key that a provider has made itself. */
public final class PublicKeyFile {
  private static final String EXPECTED =
      "a file with a public key of P-256 in PEM, as openssl ec -pubout writes it";
  private static final int MOST_BYTES = 16 * 1024;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----");

  private PublicKeyFile() {}

  /**
   * Returns the key.
   *
   * @throws InvalidValueException if there is no such key in the file
   */
  public static ECPublicKey read(Path file) throws IOException {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MOST_BYTES + 1), StandardCharsets.US_ASCII);
    }
    if (text.contains("PRIVATE KEY-----")) {
      throw new InvalidValueException(
          "--public-key", file + ", which has a private key", EXPECTED + "; keep the other");
    }
    Matcher pem = PEM.matcher(text);
    if (text.length() > MOST_BYTES || !pem.find()) {
      throw new InvalidValueException("--public-key", file.toString(), EXPECTED);
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      if (KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der))
              instanceof ECPublicKey key
          && isOnCurve(key.getW(), key.getParams())
          && P256.isCurveOf(key)) {
        return key;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Refused below, as one of another form.
    }
    throw new InvalidValueException("--public-key", file.toString(), EXPECTED);
  }

  private static boolean isOnCurve(ECPoint point, ECParameterSpec curve) {
    if (point.equals(ECPoint.POINT_INFINITY)
        || !(curve.getCurve().getField() instanceof ECFieldFp field)) {
      return false;
    }
    BigInteger p = field.getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right =
        x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB()).mod(p);
    return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.pow(2).mod(p).equals(right);
  }
}
