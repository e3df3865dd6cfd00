package dev.tidings.net.tls.pem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads unencrypted private keys in PEM: PKCS#8 (RFC 5958), and what OpenSSL and cert-manager also
 * write, PKCS#1 (RFC 8017, "RSA PRIVATE KEY") and SEC 1 (RFC 5915, "EC PRIVATE KEY"). The JDK reads
 * PKCS#8 alone, so the others are wrapped in a PKCS#8 structure.
 */
public final class PemKeys {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([^-]+)-----END \\1PRIVATE KEY-----");
  private static final Pattern ENCRYPTED =
      Pattern.compile("-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int PARAMETERS = 0xa0;

  private static final byte[] VERSION_0 = {INTEGER, 1, 0};

  /** rsaEncryption, with parameters NULL: RFC 8017, appendix C. */
  private static final byte[] RSA = {
    OBJECT_ID, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** id-ecPublicKey: RFC 5480, section 2.1.1. */
  private static final byte[] EC = {OBJECT_ID, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private PemKeys() {}

  /** Returns the first private key in a PEM file; {@link #read(String, String)} tells the rest. */
  public static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
    return read(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  /**
   * Returns the first private key in a PEM text.
   *
   * @param name the name of the text in messages
   * @throws InvalidKeyException if there is none, or it is encrypted, damaged or of another kind
   */
  public static PrivateKey read(String name, String pem)
      throws InvalidKeyException, NoSuchAlgorithmException {
    if (ENCRYPTED.matcher(pem).find()) {
      throw new InvalidKeyException(name + " is encrypted (expected: a key without a passphrase)");
    }
    Matcher found = KEY.matcher(pem);
    if (!found.find()) {
      throw new InvalidKeyException(
          name + " has no key (expected: BEGIN PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY)");
    }
    byte[] pkcs8;
    try {
      byte[] der = Base64.getMimeDecoder().decode(found.group(2));
      pkcs8 =
          switch (found.group(1)) {
            case "RSA " -> wrap(RSA, der);
            case "EC " -> wrap(join(EC, curve(der)), der);
            default -> der;
          };
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new InvalidKeyException(name + " is damaged", e);
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // Not this algorithm; the next one is tried.
      }
    }
    throw new InvalidKeyException(name + " has a key of another kind than " + ALGORITHMS);
  }

  /** Creates a PrivateKeyInfo: RFC 5958, section 2. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return tagged(
        SEQUENCE, join(VERSION_0, tagged(SEQUENCE, algorithm), tagged(OCTET_STRING, key)));
  }

  /** Returns the curve of an ECPrivateKey, as an object id with its tag: RFC 5915, section 3. */
  private static byte[] curve(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key);
    content(in, SEQUENCE);
    skip(in, INTEGER);
    skip(in, OCTET_STRING);
    int length = content(in, PARAMETERS);
    byte[] curve = new byte[length];
    in.get(curve);
    if (length == 0 || curve[0] != OBJECT_ID) {
      throw new IllegalArgumentException("curve: explicit (expected: one with a name)");
    }
    return curve;
  }

  private static void skip(ByteBuffer in, int tag) {
    int length = content(in, tag);
    in.position(Math.addExact(in.position(), length));
  }

  /** Reads a tag and a length, and returns the length. */
  private static int content(ByteBuffer in, int tag) {
    int found = in.get() & 0xff;
    if (found != tag) {
      throw new IllegalArgumentException("tag: " + found + " (expected: " + tag + ")");
    }
    int length = in.get() & 0xff;
    if (length >= 0x80) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (in.get() & 0xff);
      }
    }
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException(
          "length: " + length + " (expected: 0 to " + in.remaining() + ")");
    }
    return length;
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      int bytes = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(content.length >> (8 * i));
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
