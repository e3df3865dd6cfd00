package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The provider tokens of a key (JWT, ES256). One is used for 40 minutes: Apple refuses tokens older
 * than an hour, and new ones that come within 20 minutes.
 */
final class ProviderTokens {
  private static final Duration USED_FOR = Duration.ofMinutes(40);

  /** A clock that was set back further than this would leave a token of the future in use. */
  private static final Duration SET_BACK = Duration.ofMinutes(1);

  private static final Pattern ID = Pattern.compile("[A-Z0-9]{10}");
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private record Token(Instant issuedAt, String text) {
    boolean isFresh(Instant now) {
      Duration age = Duration.between(issuedAt, now);
      return age.compareTo(USED_FOR) < 0 && age.compareTo(SET_BACK.negated()) >= 0;
    }
  }

  private final ECPrivateKey key;
  private final String team;
  private final String kid;
  private final InstantSource clock;
  private @Nullable Token current;

  ProviderTokens(ECPrivateKey key, String team, String kid, InstantSource clock) {
    this.key = key;
    this.team = requireId("team", team);
    this.kid = requireId("key id", kid);
    this.clock = clock;
  }

  private static String requireId(String name, String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "%s: %s (expected: 10 characters of A-Z and 0-9)".formatted(name, id));
    }
    return id;
  }

  /** Returns the token that is in use. */
  synchronized String current() {
    Instant now = clock.instant();
    Token token = current;
    if (token == null || !token.isFresh(now)) {
      token = new Token(now, sign(now));
      current = token;
    }
    return token.text();
  }

  private String sign(Instant now) {
    String content =
        base64("{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(kid)) + "." + base64(claims(now));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(content.getBytes(US_ASCII));
      return content + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the provider key cannot sign", e);
    }
  }

  /** In digits of ASCII, whatever those of the user's language are. */
  private String claims(Instant now) {
    return String.format(Locale.ROOT, "{\"iss\":\"%s\",\"iat\":%d}", team, now.getEpochSecond());
  }

  private static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(US_ASCII));
  }
}
