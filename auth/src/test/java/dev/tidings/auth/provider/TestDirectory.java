package dev.tidings.auth.provider;

import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory with one team that has a key and an app; the test is the administrator and the clock.
 */
final class TestDirectory implements ProviderDirectory {
  static final Instant START = Instant.parse("2026-11-29T10:00:00Z");
  static final String TEAM = "TEAM000001";
  static final String KEY = "KEY0000001";
  static final String APP = "com.example.news";

  final Signer signer = Signer.of(KEY, JwsAlgorithm.ES256);
  final Map<String, Key> keys = new HashMap<>();
  final Map<String, ApiKey> apiKeys = new HashMap<>();
  final Map<String, String> apps = new HashMap<>();
  boolean complete = true;
  private Instant now = START;

  TestDirectory() {
    add(signer, KEY, TEAM);
    apps.put(APP, TEAM);
  }

  void add(Signer owner, String id, String team, String... only) {
    keys.put(
        id,
        new Key(
            team,
            ByteBuffer.wrap(owner.pair().getPublic().getEncoded()),
            only.length == 0 ? Optional.empty() : Optional.of(List.of(only)),
            Optional.empty()));
  }

  void addApiKey(String id, String whole, Optional<Instant> notAfter, String... only) {
    apiKeys.put(
        id,
        new ApiKey(
            TEAM,
            ByteBuffer.wrap(sha256(whole)),
            only.length == 0 ? Optional.empty() : Optional.of(List.of(only)),
            notAfter));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  Providers providers() {
    return new Providers(
        this, new TestAddresses(), () -> now, () -> Duration.between(START, now).toNanos());
  }

  ProviderConnection connection() {
    return providers().connection(0);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** A token that was issued some time after the start. */
  String token(long seconds) {
    return signer.token(claims(TEAM, seconds));
  }

  String bearer(long seconds) {
    return "bearer " + token(seconds);
  }

  static String claims(String team, long seconds) {
    return "{\"iss\":\"%s\",\"iat\":%d}".formatted(team, START.getEpochSecond() + seconds);
  }

  @Override
  public Optional<Key> key(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public Optional<ApiKey> apiKey(String id) {
    return Optional.ofNullable(apiKeys.get(id));
  }

  @Override
  public Optional<String> team(String app) {
    return Optional.ofNullable(apps.get(app));
  }

  @Override
  public boolean isComplete() {
    return complete;
  }
}
