package dev.tidings.auth.device.jwt;

import static dev.tidings.auth.device.jwt.TestIssuer.SERIAL;
import static dev.tidings.auth.device.jwt.TestIssuer.START;
import static dev.tidings.auth.device.jwt.TestIssuer.claims;
import static dev.tidings.auth.device.jwt.TestIssuer.credentials;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.jose.CompactJws;
import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G91 of docs/guarantees.md. */
class JwtDevicesTest {
  private final TestIssuer issuer = new TestIssuer();
  private final JwtDevices devices = issuer.devices();

  @BeforeEach
  void keysAreRead() {
    issuer.keys.readIfDue();
    issuer.read();
  }

  private Decision<DeviceIdentity> decide(String token) {
    return TestIssuer.decide(devices, token);
  }

  private void assertRefused(String token, RefusalReason reason) {
    assertThat(decide(token))
        .as(token)
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.detail()).contains("(expected: ");
            });
  }

  private static Decision<DeviceIdentity> accepted(Apps apps, Instant expires) {
    return new Decision.Accepted<>(new DeviceIdentity(SERIAL, Optional.empty(), apps, expires));
  }

  // ---- Who is accepted

  @Test
  void a_token_for_the_device_is_accepted_until_it_expires() {
    assertThat(decide(issuer.signer.token(claims(""))))
        .isEqualTo(accepted(Apps.ALL, START.plusSeconds(3600)));
    assertThat(devices.outcomes().accepted()).isEqualTo(1);
  }

  @Test
  void a_token_may_name_the_user_and_limit_the_apps() {
    String more =
        ",\"user\":\"Zoë\",\"apps\":[\"com.example.news\",\"com.example.mail\"],"
            + "\"iat\":%s,\"nbf\":%s,\"jti\":\"x\",\"aud\":[\"other\"],\"more\":{\"a\":[1,null]}"
                .formatted(START.getEpochSecond(), START.getEpochSecond() + 0.5);

    assertThat(decide(issuer.signer.token(claims(more))))
        .isEqualTo(
            new Decision.Accepted<>(
                new DeviceIdentity(
                    SERIAL,
                    Optional.of("Zoë"),
                    Apps.of(Set.of("com.example.news", "com.example.mail")),
                    START.plusSeconds(3600))));
    assertThat(decide(issuer.signer.token(claims(",\"apps\":[]"))))
        .isEqualTo(accepted(Apps.of(Set.of()), START.plusSeconds(3600)));
  }

  @Test
  void a_token_without_kid_is_accepted_while_the_issuer_has_one_key() {
    String token = issuer.signer.token("{\"alg\":\"ES256\"}", claims(""));
    assertThat(decide(token)).isInstanceOf(Decision.Accepted.class);

    issuer.source.publish(Signer.keySet(issuer.signer, Signer.of("key-2", JwsAlgorithm.ES256)));
    issuer.pass(Duration.ofMinutes(5));
    issuer.keys.readIfDue();
    issuer.read();

    assertRefused(token, RefusalReason.INVALID);
  }

  // ---- Who is not

  @Test
  void without_a_password_the_credentials_are_missing() {
    for (byte[] none : new byte[][] {null, new byte[0]}) {
      assertThat(
              devices
                  .authenticate(new DeviceCredentials(SERIAL, "user", none, List.of()))
                  .toCompletableFuture())
          .isCompletedWithValueMatching(decision ->
              decision instanceof Decision.Refused<?>(var reason, var _)
                  && reason == RefusalReason.MISSING);
    }
    assertThat(devices.outcomes().refused(RefusalReason.MISSING)).isEqualTo(2);
  }

  @Test
  void what_is_no_token_is_invalid() {
    assertRefused("secret", RefusalReason.INVALID);
    assertRefused("A".repeat(CompactJws.MAX_BYTES + 1), RefusalReason.INVALID);
    assertRefused(issuer.signer.token(claims("")) + "é", RefusalReason.INVALID);
    assertRefused(issuer.signer.token("[1]"), RefusalReason.INVALID);
    assertThat(devices.outcomes().refused(RefusalReason.INVALID)).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sub\":\"phone-1\",\"exp\":1796000000}",
        "{\"iss\":\"https://id.example.com\",\"exp\":1796000000}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\"}",
        "{\"iss\":\"https://id.example.com/\",\"sub\":\"phone-1\",\"exp\":1796000000}",
        "{\"iss\":[\"https://id.example.com\"],\"sub\":\"phone-1\",\"exp\":1796000000}",
        "{\"iss\":\"https://id.example.com\",\"sub\":7,\"exp\":1796000000}",
        "{\"iss\":\"https://id.example.com\",\"sub\":null,\"exp\":1796000000}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\",\"sub\":\"phone-1\","
            + "\"exp\":1796000000}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\",\"exp\":\"1796000000\"}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\",\"exp\":-1}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\",\"exp\":1e999999999}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\",\"exp\":1796000000000}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\",\"exp\":NaN}",
        "{\"iss\":\"https://id.example.com\",\"sub\":\"phone-1\",\"exp\":true}"
      })
  void required_claims_have_to_be_there_and_make_sense(String claims) {
    assertRefused(issuer.signer.token(claims), RefusalReason.INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"user\":\"\"",
        ",\"user\":null",
        ",\"user\":[\"a\"]",
        ",\"apps\":\"com.example.news\"",
        ",\"apps\":null",
        ",\"apps\":[1]",
        ",\"apps\":[[\"com.example.news\"]]",
        ",\"apps\":{\"com.example.news\":true}",
        ",\"aud\":1",
        ",\"nbf\":\"now\"",
        ",\"iat\":null",
        // After it has expired.
        ",\"nbf\":4000000000",
        ",\"iat\":4000000000"
      })
  void optional_claims_have_to_make_sense(String more) {
    assertRefused(issuer.signer.token(claims(more)), RefusalReason.INVALID);
  }

  @Test
  void a_long_user_is_refused() {
    assertThat(decide(issuer.signer.token(claims(",\"user\":\"" + "u".repeat(256) + "\""))))
        .isInstanceOf(Decision.Accepted.class);
    assertRefused(
        issuer.signer.token(claims(",\"user\":\"" + "u".repeat(257) + "\"")),
        RefusalReason.INVALID);
  }

  @Test
  void a_token_of_another_key_is_invalid_whatever_it_says() {
    Signer other = Signer.of("key-1", JwsAlgorithm.ES256);
    Signer edwards = Signer.of("key-1", JwsAlgorithm.ED25519);

    assertRefused(other.token(claims("")), RefusalReason.INVALID);
    assertRefused(edwards.token(claims("")), RefusalReason.INVALID);
    assertRefused(
        edwards.token("{\"alg\":\"ES256\",\"kid\":\"key-1\"}", claims("")), RefusalReason.INVALID);
    assertRefused(
        issuer.signer.token("{\"alg\":\"none\",\"kid\":\"key-1\"}", claims("")),
        RefusalReason.INVALID);
    assertRefused(
        issuer.signer.token("{\"alg\":\"EdDSA\",\"kid\":\"key-1\"}", claims("")),
        RefusalReason.INVALID);
    // Also if it is for another device, or has expired: nothing of an unproven token is believed.
    assertRefused(other.token(claims("1", "")), RefusalReason.INVALID);
    assertRefused(other.token(claims("").replace(SERIAL, "phone-2")), RefusalReason.INVALID);
  }

  @Test
  void a_good_token_for_another_device_or_audience_is_not_authorized() {
    assertRefused(
        issuer.signer.token(claims("").replace(SERIAL, "phone-2")), RefusalReason.NOT_AUTHORIZED);
    assertRefused(
        issuer.signer.token(claims("").replace(SERIAL, "PHONE-1")), RefusalReason.NOT_AUTHORIZED);

    JwtDevices withAudience = issuer.devices(Optional.of("tidings"));
    for (String other : new String[] {"", ",\"aud\":\"other\"", ",\"aud\":[\"Tidings\"]"}) {
      assertThat(TestIssuer.decide(withAudience, issuer.signer.token(claims(other))))
          .isInstanceOfSatisfying(
              Decision.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_AUTHORIZED));
    }
    for (String right : new String[] {",\"aud\":\"tidings\"", ",\"aud\":[\"other\",\"tidings\"]"}) {
      assertThat(TestIssuer.decide(withAudience, issuer.signer.token(claims(right))))
          .isInstanceOf(Decision.Accepted.class);
    }
  }

  // ---- Time

  @Test
  void the_clocks_may_differ_by_a_minute_and_not_a_second_more() {
    String token = issuer.signer.token(claims(""));

    issuer.pass(Duration.ofHours(1).minusMillis(1));
    assertThat(decide(token)).isEqualTo(accepted(Apps.ALL, START.plusSeconds(3600)));
    // From here on it is accepted thanks to the difference, for what is left of it.
    issuer.pass(Duration.ofMillis(1));
    assertThat(decide(token)).isEqualTo(accepted(Apps.ALL, START.plusSeconds(3660)));
    issuer.pass(Duration.ofSeconds(59));
    assertThat(decide(token)).isEqualTo(accepted(Apps.ALL, START.plusSeconds(3660)));
    issuer.pass(Duration.ofSeconds(1));
    assertRefused(token, RefusalReason.EXPIRED);
    assertThat(devices.outcomes().refused(RefusalReason.EXPIRED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbf", "iat"})
  void a_token_of_the_future_is_invalid(String claim) {
    String token =
        issuer.signer.token(claims(",\"%s\":%d".formatted(claim, START.getEpochSecond() + 61)));

    assertRefused(token, RefusalReason.INVALID);
    issuer.pass(Duration.ofSeconds(1));
    assertThat(decide(token)).isInstanceOf(Decision.Accepted.class);
  }

  // ---- Keys

  @Test
  void a_new_key_is_fetched_when_a_token_names_it() {
    Signer next = Signer.of("key-2", JwsAlgorithm.RS256);
    issuer.source.publish(Signer.keySet(issuer.signer, next));
    issuer.pass(Duration.ofSeconds(10));

    CompletableFuture<Decision<DeviceIdentity>> first =
        devices.authenticate(credentials(next.token(claims("")))).toCompletableFuture();
    CompletableFuture<Decision<DeviceIdentity>> second =
        devices.authenticate(credentials(next.token(claims("")))).toCompletableFuture();

    assertThat(first).isNotDone();
    assertThat(issuer.readings).hasSize(1);
    issuer.read();
    assertThat(first).isCompletedWithValueMatching(Decision.Accepted.class::isInstance);
    assertThat(second).isCompletedWithValueMatching(Decision.Accepted.class::isInstance);
    assertThat(decide(issuer.signer.token(claims("")))).isInstanceOf(Decision.Accepted.class);
  }

  @Test
  void unknown_keys_cause_a_fetch_every_ten_seconds_at_most() {
    String unknown = Signer.of("key-2", JwsAlgorithm.ES256).token(claims(""));
    int before = issuer.source.reads();

    assertRefused(unknown, RefusalReason.INVALID);
    issuer.pass(Duration.ofSeconds(10).minusNanos(1));
    assertRefused(unknown, RefusalReason.INVALID);
    assertThat(issuer.readings).isEmpty();

    issuer.pass(Duration.ofNanos(1));
    CompletableFuture<Decision<DeviceIdentity>> third =
        devices.authenticate(credentials(unknown)).toCompletableFuture();
    issuer.read();
    assertThat(third)
        .isCompletedWithValueMatching(decision ->
            decision instanceof Decision.Refused<?>(var reason, var _)
                && reason == RefusalReason.INVALID);
    assertRefused(unknown, RefusalReason.INVALID);
    assertThat(issuer.source.reads()).isEqualTo(before + 1);
  }

  @Test
  void a_key_that_is_gone_is_not_accepted_any_more() {
    issuer.source.publish(Signer.keySet(Signer.of("key-2", JwsAlgorithm.ES256)));
    issuer.pass(Duration.ofMinutes(5));
    issuer.keys.readIfDue();
    issuer.read();

    assertRefused(issuer.signer.token(claims("")), RefusalReason.INVALID);
  }

  @Test
  void keys_stay_while_the_issuer_is_away_or_talks_nonsense() {
    String known = issuer.signer.token(claims(""));
    String unknown = Signer.of("key-2", JwsAlgorithm.ES256).token(claims(""));

    issuer.source.away(true);
    issuer.pass(Duration.ofMinutes(5));
    issuer.keys.readIfDue();
    issuer.read();
    assertThat(decide(known)).isInstanceOf(Decision.Accepted.class);
    assertThat(decide(unknown))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.UNAVAILABLE));

    issuer.source.away(false);
    issuer.source.publish("<html>sorry</html>".getBytes(StandardCharsets.UTF_8));
    issuer.pass(Duration.ofSeconds(10));
    issuer.keys.readIfDue();
    issuer.read();
    assertThat(decide(known)).isInstanceOf(Decision.Accepted.class);

    issuer.source.publish(Signer.keySet(issuer.signer));
    issuer.pass(Duration.ofSeconds(10));
    issuer.keys.readIfDue();
    issuer.read();
    assertRefused(unknown, RefusalReason.INVALID);
  }

  @Test
  void without_any_keys_nobody_can_be_checked() {
    TestIssuer away = new TestIssuer();
    away.source.away(true);
    JwtDevices none = away.devices();
    CompletableFuture<Decision<DeviceIdentity>> waits =
        none.authenticate(credentials(away.signer.token(claims("")))).toCompletableFuture();
    away.read();

    assertThat(waits)
        .isCompletedWithValueMatching(decision ->
            decision instanceof Decision.Refused<?>(var reason, var _)
                && reason == RefusalReason.UNAVAILABLE);
    assertThat(none.issuersWithoutKeys()).isEqualTo(1);
    assertThat(none.wrong())
        .hasValueSatisfying(
            why -> assertThat(why).contains(TestIssuer.NAME).contains("connection refused"));

    away.source.away(false);
    away.pass(Duration.ofSeconds(10));
    away.keys.readIfDue();
    away.read();
    assertThat(TestIssuer.decide(none, away.signer.token(claims(""))))
        .isInstanceOf(Decision.Accepted.class);
    assertThat(none.issuersWithoutKeys()).isZero();
    assertThat(none.wrong()).isEmpty();
  }

  @Test
  void a_limited_number_of_devices_waits_for_keys() {
    TestIssuer silent = new TestIssuer();
    JwtDevices unread = silent.devices();
    String token = silent.signer.token(claims(""));
    for (int i = 0; i < JwtDevices.MAX_WAITING; i++) {
      assertThat(unread.authenticate(credentials(token)).toCompletableFuture()).isNotDone();
    }

    CompletableFuture<Decision<DeviceIdentity>> oneMore =
        unread.authenticate(credentials(token)).toCompletableFuture();
    assertThat(oneMore)
        .isCompletedWithValueMatching(decision ->
            decision instanceof Decision.Refused<?>(var reason, var _)
                && reason == RefusalReason.UNAVAILABLE);

    silent.read();
    assertThat(unread.outcomes().accepted()).isEqualTo(JwtDevices.MAX_WAITING);
    assertThat(TestIssuer.decide(unread, token)).isInstanceOf(Decision.Accepted.class);
  }

  // ---- Threads

  @Test
  void nothing_is_checked_in_the_callers_thread() {
    Queue<Runnable> checks = new ArrayDeque<>();
    JwtDevices later = issuer.devices(Optional.empty(), checks::add);

    CompletableFuture<Decision<DeviceIdentity>> answer =
        later.authenticate(credentials("secret")).toCompletableFuture();

    assertThat(answer).isNotDone();
    checks.remove().run();
    assertThat(answer).isDone();
  }

  @Test
  void with_too_much_to_check_a_device_is_told_to_come_again() {
    JwtDevices full =
        issuer.devices(
            Optional.empty(),
            _ -> {
              throw new RejectedExecutionException();
            });

    assertThat(TestIssuer.decide(full, issuer.signer.token(claims(""))))
        .isEqualTo(
            new Decision.Refused<>(RefusalReason.UNAVAILABLE, "too many tokens to check at once"));
    assertThat(full.outcomes().refused(RefusalReason.UNAVAILABLE)).isEqualTo(1);
  }

  // ---- Whatever comes

  @Test
  void no_change_to_a_token_makes_it_pass_or_breaks_anything() {
    byte[] good = issuer.signer.token(claims("")).getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(14);
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = good.clone();
      int changes = 1 + random.nextInt(3);
      for (int change = 0; change < changes; change++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      if (Arrays.equals(bad, good)) {
        continue;
      }
      Decision<DeviceIdentity> decision =
          devices
              .authenticate(new DeviceCredentials(SERIAL, null, bad, List.of()))
              .toCompletableFuture()
              .join();
      assertThat(decision)
          .as("seed 14, token %d", i)
          .isInstanceOfSatisfying(
              Decision.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.INVALID));
    }
  }

  @Test
  void a_refusal_repeats_nothing_that_the_device_has_sent() {
    String token =
        issuer.signer.token(
            "{\"alg\":\"topsecret\",\"kid\":\"topsecret\"}", claims(",\"user\":[\"topsecret\"]"));

    assertThat(decide(token))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.detail()).doesNotContain("topsecret"));
  }
}
