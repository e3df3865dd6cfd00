package dev.tidings.auth.jose;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Writes keys as a key set: what makes up the public keys, and nothing else that may have been in
 * the text that they were read from.
 */
final class KeySetWriter {
  private static final int COORDINATE_BYTES = 32;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final JsonFactory JSON = new JsonFactory();

  static String write(List<VerificationKey> keys) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeArrayFieldStart("keys");
      for (VerificationKey key : keys) {
        out.writeStartObject();
        write(out, key);
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator out, VerificationKey key) throws IOException {
    if (key.id().isPresent()) {
      out.writeStringField("kid", key.id().get());
    }
    out.writeStringField("alg", key.algorithm().label());
    PublicKey of = key.key();
    switch (of) {
      case ECPublicKey point -> {
        out.writeStringField("kty", "EC");
        out.writeStringField("crv", "P-256");
        out.writeStringField("x", fixed(point.getW().getAffineX()));
        out.writeStringField("y", fixed(point.getW().getAffineY()));
      }
      case RSAPublicKey rsa -> {
        out.writeStringField("kty", "RSA");
        out.writeStringField("n", number(rsa.getModulus()));
        out.writeStringField("e", number(rsa.getPublicExponent()));
      }
      default -> {
        byte[] encoded = of.getEncoded();
        out.writeStringField("kty", "OKP");
        out.writeStringField("crv", "Ed25519");
        // The point is the end of what X.509 says.
        out.writeStringField(
            "x",
            BASE64.encodeToString(
                Arrays.copyOfRange(encoded, encoded.length - COORDINATE_BYTES, encoded.length)));
      }
    }
  }

  private static String fixed(BigInteger coordinate) {
    byte[] bytes = coordinate.toByteArray();
    byte[] padded = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
    return BASE64.encodeToString(padded);
  }

  private static String number(BigInteger positive) {
    byte[] bytes = positive.toByteArray();
    return BASE64.encodeToString(
        bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private KeySetWriter() {}
}
