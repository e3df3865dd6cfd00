package dev.tidings.provider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a private key as Apple hands them out: {@code AuthKey_KID.p8}, PKCS#8 in PEM. */
final class SigningKeyFile {
  private static final int MOST_BYTES = 16 * 1024;
  private static final Pattern NAME = Pattern.compile("AuthKey_([A-Z0-9]{10})\\.p8");
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

  private SigningKeyFile() {}

  /** Returns the key id in the file's name. */
  static String kid(Path file) {
    Path name = file.getFileName();
    Matcher matcher = NAME.matcher(name == null ? "" : name.toString());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          file + " (expected: a file called AuthKey_KID.p8, or the key id besides)");
    }
    return matcher.group(1);
  }

  /** Returns the key. */
  static ECPrivateKey read(Path file) throws IOException {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MOST_BYTES + 1), StandardCharsets.US_ASCII);
    }
    Matcher pem = PEM.matcher(text);
    if (text.length() <= MOST_BYTES && pem.find()) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
        if (KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der))
                instanceof ECPrivateKey key
            && isP256(key.getParams())) {
          return key;
        }
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        // Refused below, as one of another form; the cause might show the content.
      }
    }
    throw new IllegalArgumentException(
        file + " (expected: a private key of P-256, PKCS#8 in PEM, such as AuthKey_KID.p8)");
  }

  private static boolean isP256(ECParameterSpec found) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
    return found.getCurve().equals(p256.getCurve())
        && found.getGenerator().equals(p256.getGenerator())
        && found.getOrder().equals(p256.getOrder());
  }
}
