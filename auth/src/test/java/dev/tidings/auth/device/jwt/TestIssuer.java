package dev.tidings.auth.device.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * An authenticator with one issuer, in which nothing happens by itself: the test is the clock, the
 * threads and the issuer.
 */
final class TestIssuer {
  static final String NAME = "https://id.example.com";
  static final String SERIAL = "phone-1";
  static final Instant START = Instant.parse("2026-11-29T10:00:00Z");

  final Signer signer = Signer.of("key-1", JwsAlgorithm.ES256);
  final KeySetStub source = new KeySetStub();
  final Queue<Runnable> readings = new ArrayDeque<>();
  final IssuerKeys keys;
  private Instant now = START;

  TestIssuer() {
    source.publish(Signer.keySet(signer));
    keys =
        new IssuerKeys(NAME, source, readings::add, () -> Duration.between(START, now).toNanos());
  }

  /** As {@link JwtDevices} is, but checks in the caller's thread. */
  JwtDevices devices() {
    return devices(Optional.empty());
  }

  JwtDevices devices(Optional<String> audience) {
    return devices(audience, Runnable::run);
  }

  JwtDevices devices(Optional<String> audience, Executor executor) {
    KnownIssuer known = new KnownIssuer(keys, new ClaimsCheck(audience, () -> now));
    EnteredIssuers none =
        new EnteredIssuers(
            IssuerDirectory.NONE,
            audience,
            () -> now,
            (name, entry) -> {
              throw new AssertionError(name);
            });
    assertThat(none.follow()).isFalse();
    return new JwtDevices(new Issuers(Map.of(NAME, known), none), executor);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Runs the readings of keys that have been asked for. */
  void read() {
    while (!readings.isEmpty()) {
      readings.remove().run();
    }
  }

  /** Claims of a token for the device that is valid for an hour, with these members added. */
  static String claims(String more) {
    return claims(START.plusSeconds(3600).getEpochSecond() + "", more);
  }

  static String claims(String expires, String more) {
    return "{\"iss\":\"%s\",\"sub\":\"%s\",\"exp\":%s%s}".formatted(NAME, SERIAL, expires, more);
  }

  static DeviceCredentials credentials(String token) {
    return new DeviceCredentials(SERIAL, null, token.getBytes(StandardCharsets.UTF_8), List.of());
  }

  /** What is decided at once. */
  static Decision<DeviceIdentity> decide(JwtDevices devices, String token) {
    return devices
        .authenticate(credentials(token))
        .toCompletableFuture()
        .getNow(new Decision.Refused<>(RefusalReason.UNAVAILABLE, "not decided yet"));
  }
}
