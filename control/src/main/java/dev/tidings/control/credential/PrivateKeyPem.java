package dev.tidings.control.credential;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Base64;

/** A private key as Apple hands them out: PKCS#8 in PEM. */
public final class PrivateKeyPem {
  private PrivateKeyPem() {}

  /** Returns the text of the file. */
  public static String of(PrivateKey key) {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(key.getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
  }
}
