package dev.tidings.bench.access;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * Issues the tokens with which devices connect (RFC 7519, ES256). Its key is kept in a file, so
 * that processes which simulate devices can issue them themselves.
 */
public final class DeviceIssuer {
  /** What {@code iss} says. */
  public static final String NAME = "bench";

  private static final String KEY = "issuer.key";
  private static final String PUBLIC = "issuer.jwks";
  private static final Duration VALIDITY = Duration.ofHours(12);
  private static final int COORDINATE_BYTES = 32;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String HEAD = base64("{\"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_8));

  private final PrivateKey key;

  private DeviceIssuer(PrivateKey key) {
    this.key = key;
  }

  /** Makes an issuer with a new key, and writes both halves of it to {@code directory}. */
  public static DeviceIssuer create(Path directory) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      ECPublicKey open = (ECPublicKey) pair.getPublic();
      Files.createDirectories(directory);
      Files.write(directory.resolve(KEY), pair.getPrivate().getEncoded());
      Files.writeString(
          publicKeys(directory),
          "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}]}"
              .formatted(
                  coordinate(open.getW().getAffineX()), coordinate(open.getW().getAffineY())));
      return new DeviceIssuer(pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads the issuer that {@link #create} made. */
  public static DeviceIssuer read(Path directory) throws IOException {
    try {
      var encoded = new PKCS8EncodedKeySpec(Files.readAllBytes(directory.resolve(KEY)));
      return new DeviceIssuer(KeyFactory.getInstance("EC").generatePrivate(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the file with the public key that the nodes read (RFC 7517). */
  public static Path publicKeys(Path directory) {
    return directory.resolve(PUBLIC);
  }

  /** Returns a device's token, for longer than any run. */
  public String token(String device) {
    String claims =
        "{\"iss\":\"%s\",\"sub\":\"%s\",\"exp\":%d}"
            .formatted(NAME, device, Instant.now().plus(VALIDITY).getEpochSecond());
    String signed = HEAD + '.' + base64(claims.getBytes(StandardCharsets.UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + '.' + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
    return base64(fixed);
  }

  private static String base64(byte[] bytes) {
    return BASE64.encodeToString(bytes);
  }
}
