package dev.tidings.auth.device.jwt;

import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The claims of a token; true only once its signature is verified.
 *
 * @param issuer {@code iss}
 * @param subject {@code sub}, the serial number of the device
 * @param audience {@code aud}
 * @param expires {@code exp}
 * @param notBefore {@code nbf}
 * @param issued {@code iat}
 * @param user the user of the device
 * @param apps that the device may register
 */
record Claims(
    String issuer,
    String subject,
    List<String> audience,
    Instant expires,
    Optional<Instant> notBefore,
    Optional<Instant> issued,
    Optional<String> user,
    Optional<List<String>> apps) {
  private static final int MAX_USER_LENGTH = 256;

  /** The end of the year 9999. */
  private static final double LAST_SECOND = 253_402_300_799d;

  private static final String SECONDS = "seconds since 1970-01-01T00:00:00Z";

  static Claims read(byte[] json) throws JoseException {
    JsonObject claims = JsonObject.read("token's claims", json);
    Optional<String> user = claims.text("user");
    if (user.isPresent() && (user.get().isEmpty() || user.get().length() > MAX_USER_LENGTH)) {
      throw new JoseException("token's user", "1.." + MAX_USER_LENGTH + " characters");
    }
    Claims read =
        new Claims(
            need("iss", claims.text("iss")),
            need("sub", claims.text("sub")),
            claims.textOrTexts("aud").orElse(List.of()),
            need("exp", time(claims, "exp")),
            time(claims, "nbf"),
            time(claims, "iat"),
            user,
            claims.texts("apps"));
    read.checkOrder();
    return read;
  }

  private void checkOrder() throws JoseException {
    if (notBefore.filter(expires::isBefore).isPresent()
        || issued.filter(expires::isBefore).isPresent()) {
      throw new JoseException("token's exp", "not before its nbf and iat");
    }
  }

  private static <T> T need(String name, Optional<T> value) throws JoseException {
    return value.orElseThrow(() -> new JoseException("token's " + name + ": missing", "one"));
  }

  private static Optional<Instant> time(JsonObject claims, String name) throws JoseException {
    OptionalDouble seconds = claims.number(name);
    if (seconds.isEmpty()) {
      return Optional.empty();
    }
    double value = seconds.getAsDouble();
    if (!(value >= 0 && value <= LAST_SECOND)) {
      throw new JoseException("token's " + name, SECONDS);
    }
    return Optional.of(Instant.ofEpochMilli((long) (value * 1_000)));
  }
}
