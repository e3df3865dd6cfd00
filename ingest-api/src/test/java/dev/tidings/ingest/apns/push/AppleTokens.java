package dev.tidings.ingest.apns.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.auth.provider.ProviderDirectory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Provider tokens, good ones and others, and the keys that they are checked with. */
public final class AppleTokens implements ProviderDirectory {
  private static final Instant START = Instant.parse("2026-11-29T10:00:00Z");
  private static final String TEAM = "TEAM000001";
  private static final String OTHER_TEAM = "TEAM000002";
  private static final String KEY = "KEY0000001";
  private static final String NARROW_KEY = "KEY0000002";
  private static final String OTHER_KEY = "KEY0000003";

  private final KeyPair pair = pair();
  private final KeyPair stranger = pair();

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the time at which they are looked at. */
  public Instant now() {
    return START;
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String header(String key) {
    return "{\"alg\":\"ES256\",\"kid\":\"" + key + "\"}";
  }

  private static String claims(String team, long seconds) {
    return "{\"iss\":\"" + team + "\",\"iat\":" + (START.getEpochSecond() + seconds) + "}";
  }

  private static String bearer(String header, String claims, KeyPair by) {
    String signed = base64(header.getBytes(UTF_8)) + '.' + base64(claims.getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(by.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return "bearer " + signed + '.' + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private String bearer(String header, String claims) {
    return bearer(header, claims, pair);
  }

  /** Returns what came on the connection before. */
  public List<String> before(String name) {
    return switch (name) {
      case "the same again",
          "another team than before",
          "a key with other topics",
          "another too soon" ->
          List.of(bearer(header(KEY), claims(TEAM, -1800)));
      default -> List.of();
    };
  }

  /** Returns the field of a request, which is good unless its name says otherwise. */
  public @Nullable String authorization(String name) {
    return switch (name) {
      case "no authorization" -> null;
      case "another scheme" -> "basic YWJj";
      case "an empty token" -> "bearer ";
      case "two parts" -> "bearer e30.e30";
      case "no base64url" -> "bearer !!!.e30.e30";
      case "no JSON" -> "bearer bm90IGpzb24.e30.e30";
      case "another algorithm" ->
          bearer("{\"alg\":\"HS256\",\"kid\":\"" + KEY + "\"}", claims(TEAM, 0));
      case "no kid" -> bearer("{\"alg\":\"ES256\"}", claims(TEAM, 0));
      case "no iss" -> bearer(header(KEY), "{\"iat\":" + START.getEpochSecond() + "}");
      case "iat no number" ->
          bearer(header(KEY), "{\"iss\":\"" + TEAM + "\",\"iat\":\"1795946400\"}");
      case "an unknown key" -> bearer(header("KEY0000009"), claims(TEAM, 0));
      case "a wrong signature" -> bearer(header(KEY), claims(TEAM, 0), stranger);
      case "the team of another key" -> bearer(header(KEY), claims(OTHER_TEAM, 0));
      case "3601 s old" -> bearer(header(KEY), claims(TEAM, -3601));
      case "from the future" -> bearer(header(KEY), claims(TEAM, 120));
      case "another team than before" -> bearer(header(OTHER_KEY), claims(OTHER_TEAM, 0));
      case "a key with other topics" -> bearer(header(NARROW_KEY), claims(TEAM, 0));
      case "another too soon" -> bearer(header(KEY), claims(TEAM, -1800 + 1199));
      case "the same again" -> bearer(header(KEY), claims(TEAM, -1800));
      default -> bearer(header(KEY), claims(TEAM, 0));
    };
  }

  @Override
  public Optional<Key> key(String id) {
    ByteBuffer key = ByteBuffer.wrap(pair.getPublic().getEncoded());
    return switch (id) {
      case KEY -> Optional.of(new Key(TEAM, key, Optional.empty(), Optional.empty()));
      case NARROW_KEY ->
          Optional.of(
              new Key(TEAM, key, Optional.of(List.of("com.example.news")), Optional.empty()));
      case OTHER_KEY -> Optional.of(new Key(OTHER_TEAM, key, Optional.empty(), Optional.empty()));
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<ApiKey> apiKey(String id) {
    return Optional.empty();
  }

  @Override
  public Optional<String> team(String app) {
    return switch (app) {
      case "com.example.news" -> Optional.of(TEAM);
      case "com.example.other" -> Optional.of(OTHER_TEAM);
      default -> Optional.empty();
    };
  }

  @Override
  public boolean isComplete() {
    return true;
  }
}
