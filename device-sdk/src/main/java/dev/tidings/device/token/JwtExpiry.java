package dev.tidings.device.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Reads when a JSON Web Token expires. It verifies nothing: that is the service's business. */
final class JwtExpiry {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int PAYLOAD = 1;
  private static final int PARTS = 3;

  /** Returns its {@code exp}, or empty if there is none that can be read. */
  static Optional<Instant> of(String token) {
    String[] parts = token.split("\\.", PARTS + 1);
    if (parts.length != PARTS) {
      return Optional.empty();
    }
    try (JsonParser in = JSON.createParser(Base64.getUrlDecoder().decode(parts[PAYLOAD]))) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        if (name.equals("exp")) {
          return value.isNumeric()
              ? Optional.of(Instant.ofEpochSecond(in.getValueAsLong()))
              : Optional.empty();
        }
        in.skipChildren();
      }
      return Optional.empty();
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private JwtExpiry() {}
}
