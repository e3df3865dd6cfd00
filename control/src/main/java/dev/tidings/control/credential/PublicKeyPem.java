package dev.tidings.control.credential;

import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.VerificationKey;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a public key that a provider has made itself. */
public final class PublicKeyPem {
  /** The longest text that is read. */
  public static final int MOST_CHARACTERS = 16 * 1024;

  private static final String EXPECTED =
      "a public key of P-256 in PEM, as openssl ec -pubout writes it";
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----");

  private PublicKeyPem() {}

  /**
   * Returns the key.
   *
   * @param name of the value, for messages
   * @param shownAs what messages say instead of the text, which may be secret
   * @throws InvalidValueException if there is no such key in the text
   */
  public static ECPublicKey read(String name, String shownAs, String text) {
    byte[] der = der(name, shownAs, text, EXPECTED);
    try {
      // As it is read again wherever a provider's tokens are verified.
      if (VerificationKey.es256(name, der).key() instanceof ECPublicKey key) {
        return key;
      }
    } catch (JoseException e) {
      // Refused below, as one of another form.
    }
    throw new InvalidValueException(name, shownAs, EXPECTED);
  }

  /** Returns what is between the lines, of a key of whatever type. */
  static byte[] der(String name, String shownAs, String text, String expected) {
    if (text.contains("PRIVATE KEY-----")) {
      throw new InvalidValueException(
          name, shownAs + ", which has a private key", expected + "; keep the other");
    }
    Matcher pem = PEM.matcher(text);
    if (text.length() > MOST_CHARACTERS || !pem.find()) {
      throw new InvalidValueException(name, shownAs, expected);
    }
    try {
      return Base64.getMimeDecoder().decode(pem.group(1));
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException(name, shownAs, expected);
    }
  }

  /** Returns the text of a key, as openssl writes it. */
  public static String of(ByteBuffer encoded) {
    byte[] der = new byte[encoded.remaining()];
    encoded.duplicate().get(der);
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END PUBLIC KEY-----\n";
  }
}
