package dev.tidings.auth.jose;

import java.util.Base64;

/** Base64url as in RFC 7515: no padding, no whitespace, and one spelling for each value. */
final class Base64Url {
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  static byte[] decode(String what, String text) throws JoseException {
    byte[] bytes;
    try {
      bytes = DECODER.decode(text);
    } catch (IllegalArgumentException e) {
      throw wrong(what);
    }
    // The decoder accepts padding, and any value in the bits that are left over.
    if (!ENCODER.encodeToString(bytes).equals(text)) {
      throw wrong(what);
    }
    return bytes;
  }

  private static JoseException wrong(String what) {
    return new JoseException(what + ": not base64url", "base64url without padding or whitespace");
  }

  private Base64Url() {}
}
