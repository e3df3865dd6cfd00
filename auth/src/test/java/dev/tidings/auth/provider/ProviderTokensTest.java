package dev.tidings.auth.provider;

import static dev.tidings.auth.provider.TestDirectory.APP;
import static dev.tidings.auth.provider.TestDirectory.KEY;
import static dev.tidings.auth.provider.TestDirectory.START;
import static dev.tidings.auth.provider.TestDirectory.TEAM;
import static dev.tidings.auth.provider.TestDirectory.claims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import dev.tidings.auth.provider.ProviderDecision.Accepted;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Apple's rules for provider tokens, one by one.
 *
 * <p>Shows G94 of docs/guarantees.md.
 */
class ProviderTokensTest {
  private static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"" + KEY + "\"}";

  private final TestDirectory directory = new TestDirectory();
  private final ProviderConnection connection = directory.connection();

  /** The address that came last: a new one for each connection, as of a botnet. */
  private long client;

  private static void refused(ProviderDecision decision, Reason reason) {
    assertThat(decision).isInstanceOf(Refused.class);
    assertThat(((Refused) decision).reason()).isEqualTo(reason);
  }

  private static ProviderIdentity accepted(ProviderDecision decision) {
    assertThat(decision).isInstanceOf(Accepted.class);
    return ((Accepted) decision).identity();
  }

  @Test
  void a_token_proves_the_team_of_its_key() {
    ProviderIdentity identity = accepted(connection.push(directory.bearer(0)));

    assertThat(identity.team()).isEqualTo(TEAM);
    assertThat(identity.isTeamWide()).isTrue();
    assertThat(identity.apps().contains(APP)).isTrue();
    assertThat(identity.apps().contains("com.example.other")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer", "Bearer", "BEARER"})
  void the_name_of_the_scheme_is_compared_without_regard_to_case(String scheme) {
    accepted(connection.push(scheme + ' ' + directory.token(0)));
  }

  @Test
  void no_authorization_another_scheme_or_no_token_is_missing() {
    refused(connection.push(null), Reason.MISSING);
    for (String text : List.of("", "bearer", "bearer ", "bearer   ", "basic YWJj", "bearerx y")) {
      refused(connection.push(text), Reason.MISSING);
    }
    assertThat(connection.isExhausted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "a.b",
        "a.b.c.d",
        "..",
        "e30.e30.e30",
        "!!!.e30.e30",
        "bm90IGpzb24.e30.e30",
        "\u00e9\u4e00.e30.e30"
      })
  void what_is_no_token_is_invalid(String text) {
    refused(connection.push("bearer " + text), Reason.INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\",\"kid\":\"KEY0000001\"}",
        "{\"alg\":\"HS256\",\"kid\":\"KEY0000001\"}",
        "{\"alg\":\"RS256\",\"kid\":\"KEY0000001\"}",
        "{\"alg\":\"es256\",\"kid\":\"KEY0000001\"}",
        "{\"alg\":\"ES256\"}",
        "{\"alg\":\"ES256\",\"kid\":1}",
        "{\"kid\":\"KEY0000001\"}"
      })
  void another_algorithm_or_no_key_id_is_invalid(String header) {
    refused(
        connection.push("bearer " + directory.signer.token(header, claims(TEAM, 0))),
        Reason.INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"iat\":1795946400}",
        "{\"iss\":1,\"iat\":1795946400}",
        "{\"iss\":\"TEAM000001\"}",
        "{\"iss\":\"TEAM000001\",\"iat\":\"1795946400\"}",
        "{\"iss\":\"TEAM000001\",\"iat\":null}",
        "{\"iss\":\"TEAM000001\",\"iat\":1e999}",
        "[]"
      })
  void no_team_or_no_time_is_invalid(String claims) {
    refused(connection.push("bearer " + directory.signer.token(claims)), Reason.INVALID);
  }

  /** As Pushy signs. */
  @Test
  void the_signature_may_be_a_der_sequence() throws Exception {
    String token = directory.token(0);
    String signed = token.substring(0, token.lastIndexOf('.'));
    for (int i = 0; i < 50; i++) {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(directory.signer.pair().getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      byte[] der = signature.sign();

      accepted(directory.connection().push("bearer " + signed + '.' + Signer.base64(der)));
      for (byte[] wrong :
          List.of(
              Arrays.copyOf(der, der.length + 1),
              Arrays.copyOf(der, der.length - 1),
              Arrays.copyOf(der, 9),
              new byte[] {0x30, 0x00},
              new byte[] {0x30, 0x01, 0x02},
              new byte[] {0x30, 0x02, 0x02, 0x7f},
              new byte[] {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00})) {
        refused(
            directory.connection().push("bearer " + signed + '.' + Signer.base64(wrong)),
            Reason.INVALID);
      }
    }
  }

  @Test
  void other_members_do_not_matter() {
    String claims = claims(TEAM, 0).replace("{", "{\"exp\":1,\"aud\":\"x\",");
    String header = HEADER.replace("{", "{\"typ\":\"JWT\",");

    accepted(connection.push("bearer " + directory.signer.token(header, claims)));
  }

  @Test
  void an_unknown_or_revoked_key_is_invalid() {
    directory.keys.clear();

    refused(connection.push(directory.bearer(0)), Reason.INVALID);
  }

  @Test
  void a_key_is_invalid_from_its_end_on() {
    ProviderDirectory.Key key = directory.keys.get(KEY);
    directory.keys.put(
        KEY,
        new ProviderDirectory.Key(
            TEAM, key.publicKey(), Optional.empty(), Optional.of(START.plusSeconds(60))));
    String token = directory.bearer(0);
    directory.pass(Duration.ofSeconds(59));
    accepted(connection.push(token));

    directory.pass(Duration.ofSeconds(1));

    refused(connection.push(token), Reason.INVALID);
    refused(directory.connection().push(token), Reason.INVALID);
  }

  @Test
  void a_signature_by_another_key_is_invalid() {
    Signer stranger = Signer.of(KEY, JwsAlgorithm.ES256);

    refused(connection.push("bearer " + stranger.token(claims(TEAM, 0))), Reason.INVALID);
  }

  @Test
  void a_team_that_is_not_the_keys_is_invalid() {
    refused(
        connection.push("bearer " + directory.signer.token(claims("TEAM000002", 0))),
        Reason.INVALID);
  }

  @Test
  void a_token_expires_after_an_hour_also_on_a_connection_that_has_used_it() {
    String token = directory.bearer(0);
    directory.pass(Duration.ofHours(1));
    accepted(connection.push(token));

    directory.pass(Duration.ofSeconds(1));

    refused(connection.push(token), Reason.EXPIRED);
    refused(directory.connection().push(token), Reason.EXPIRED);
  }

  @Test
  void a_token_may_come_from_a_clock_that_is_a_minute_ahead() {
    accepted(directory.connection().push(directory.bearer(60)));
    refused(connection.push(directory.bearer(61)), Reason.INVALID);
  }

  @Test
  void a_connection_is_for_one_team() {
    Signer other = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(other, "KEY0000002", "TEAM000002");
    String token = "bearer " + other.token(claims("TEAM000002", 0));
    accepted(directory.connection().push(token));
    accepted(connection.push(directory.bearer(0)));

    refused(connection.push(token), Reason.INVALID);
    accepted(connection.push(directory.bearer(0)));
  }

  @Test
  void a_second_key_on_a_connection_has_the_same_apps_as_the_first() {
    Signer second = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(second, "KEY0000002", TEAM);
    Signer narrow = Signer.of("KEY0000003", JwsAlgorithm.ES256);
    directory.add(narrow, "KEY0000003", TEAM, APP);
    accepted(connection.push(directory.bearer(0)));
    directory.pass(Duration.ofMinutes(20));

    refused(connection.push("bearer " + narrow.token(claims(TEAM, 1200))), Reason.UNRELATED_KEY);
    accepted(connection.push("bearer " + second.token(claims(TEAM, 1200))));
  }

  @Test
  void a_new_token_is_accepted_twenty_minutes_after_the_last_and_not_before() {
    directory.pass(Duration.ofMinutes(20));
    accepted(connection.push(directory.bearer(0)));

    refused(connection.push(directory.bearer(1199)), Reason.TOO_MANY_UPDATES);
    accepted(connection.push(directory.bearer(1200)));
    refused(connection.push(directory.bearer(1201)), Reason.TOO_MANY_UPDATES);
  }

  /** Two processes of a provider may share a connection, through a proxy of theirs. */
  @Test
  void an_older_token_is_accepted_and_the_newer_one_stays_in_force() {
    String token = directory.bearer(0);
    accepted(connection.push(token));
    for (int i = 0; i < 2 * ProviderConnection.MAX_REFUSED; i++) {
      accepted(connection.push(directory.bearer(-1)));
      accepted(connection.push(directory.bearer(-1_200)));
      accepted(connection.push(token));
    }
    assertThat(connection.isExhausted()).isFalse();

    directory.pass(Duration.ofSeconds(1_199));
    refused(connection.push(directory.bearer(1_199)), Reason.TOO_MANY_UPDATES);
  }

  @Test
  void an_older_token_is_checked_like_any_other() {
    Signer foreign = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(foreign, "KEY0000002", "TEAM000002");
    Signer narrow = Signer.of("KEY0000003", JwsAlgorithm.ES256);
    directory.add(narrow, "KEY0000003", TEAM, APP);
    accepted(connection.push(directory.bearer(0)));

    refused(connection.push("bearer " + foreign.token(claims("TEAM000002", -60))), Reason.INVALID);
    refused(connection.push("bearer " + narrow.token(claims(TEAM, -60))), Reason.UNRELATED_KEY);
    refused(connection.push(directory.bearer(-3_601)), Reason.EXPIRED);
  }

  @Test
  void a_refused_update_leaves_the_old_token_in_force() {
    String token = directory.bearer(0);
    accepted(connection.push(token));
    refused(connection.push(directory.bearer(30)), Reason.TOO_MANY_UPDATES);

    accepted(connection.push(token));
  }

  @Test
  void the_same_token_under_another_signature_is_the_same_token() {
    String token = directory.bearer(0);
    String again = directory.bearer(0);
    assertThat(again).isNotEqualTo(token);

    accepted(connection.push(token));
    accepted(connection.push(again));
    accepted(connection.push(token));
  }

  @Test
  void a_key_that_is_revoked_is_refused_at_the_next_request_of_an_open_connection() {
    String token = directory.bearer(0);
    accepted(connection.push(token));

    directory.keys.remove(KEY);

    refused(connection.push(token), Reason.INVALID);
  }

  @Test
  void the_token_of_a_key_that_is_no_more_is_not_in_force_for_those_that_follow() {
    String token = directory.bearer(0);
    Signer next = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(next, "KEY0000002", TEAM, APP);
    Signer foreign = Signer.of("KEY0000003", JwsAlgorithm.ES256);
    directory.add(foreign, "KEY0000003", "TEAM000002");
    Runnable[] ends = {
      () -> directory.keys.remove(KEY),
      () -> directory.add(Signer.of(KEY, JwsAlgorithm.ES256), KEY, TEAM),
      () -> directory.add(directory.signer, KEY, "TEAM000002"),
      () -> {
        ProviderDirectory.Key key = directory.keys.get(KEY);
        directory.keys.put(
            KEY,
            new ProviderDirectory.Key(TEAM, key.publicKey(), Optional.empty(), Optional.of(START)));
      }
    };
    for (Runnable end : ends) {
      directory.add(directory.signer, KEY, TEAM);
      ProviderConnection open = directory.connection();
      accepted(open.push(token));

      end.run();

      refused(open.push("bearer " + foreign.token(claims("TEAM000002", 0))), Reason.INVALID);
      accepted(open.push("bearer " + next.token(claims(TEAM, -1))));
      // Now it is this one that is in force.
      refused(open.push("bearer " + next.token(claims(TEAM, 1))), Reason.TOO_MANY_UPDATES);
    }
  }

  @Test
  void a_second_key_is_compared_with_the_apps_that_the_first_has_now() {
    directory.apps.put("com.example.mail", TEAM);
    Signer second = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(second, "KEY0000002", TEAM, APP);
    String other = "bearer " + second.token(claims(TEAM, -1));
    accepted(connection.push(directory.bearer(0)));
    refused(connection.push(other), Reason.UNRELATED_KEY);

    directory.add(directory.signer, KEY, TEAM, APP);

    accepted(connection.push(other));
  }

  @Test
  void keys_with_the_same_apps_are_related_in_whichever_order_these_are_named() {
    Signer second = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(directory.signer, KEY, TEAM, APP, "com.example.mail");
    directory.add(second, "KEY0000002", TEAM, "com.example.mail", APP, APP);
    Signer third = Signer.of("KEY0000003", JwsAlgorithm.ES256);
    directory.add(third, "KEY0000003", TEAM, APP);
    accepted(connection.push(directory.bearer(0)));

    accepted(connection.push("bearer " + second.token(claims(TEAM, -1))));
    refused(connection.push("bearer " + third.token(claims(TEAM, -1))), Reason.UNRELATED_KEY);
  }

  @Test
  void a_key_that_was_replaced_under_its_id_no_longer_verifies_the_old_tokens() {
    String token = directory.bearer(0);
    accepted(connection.push(token));

    directory.add(Signer.of(KEY, JwsAlgorithm.ES256), KEY, TEAM);

    refused(connection.push(token), Reason.INVALID);
  }

  @Test
  void a_token_that_a_request_was_accepted_by_is_refused_while_it_goes_on_once_it_is_too_old() {
    String token = directory.bearer(0);
    accepted(connection.rest(token));
    ProviderStanding standing = connection.standing(token);
    accepted(standing.decide());

    directory.pass(Duration.ofSeconds(3_601));

    refused(standing.decide(), Reason.EXPIRED);
  }

  @Test
  void a_token_that_a_request_was_accepted_by_goes_with_its_key_and_costs_no_verification() {
    String token = directory.bearer(0);
    accepted(connection.rest(token));
    ProviderStanding standing = connection.standing(token);
    for (int i = 0; i < 10 * Providers.VERIFICATIONS; i++) {
      accepted(standing.decide());
    }
    directory.add(directory.signer, KEY, TEAM, "com.example.mail");
    assertThat(accepted(standing.decide()).apps().contains(APP)).isFalse();

    directory.add(Signer.of(KEY, JwsAlgorithm.ES256), KEY, TEAM);
    refused(standing.decide(), Reason.INVALID);
    refused(connection.standing(token).decide(), Reason.INVALID);
  }

  @Test
  void a_key_that_gets_other_apps_has_them_at_once() {
    directory.apps.put("com.example.mail", TEAM);
    String token = directory.bearer(0);
    accepted(connection.push(token));

    directory.add(directory.signer, KEY, TEAM, "com.example.mail");

    ProviderIdentity identity = accepted(connection.push(token));
    assertThat(identity.isTeamWide()).isFalse();
    assertThat(identity.apps().contains(APP)).isFalse();
    assertThat(identity.apps().contains("com.example.mail")).isTrue();
  }

  @Test
  void an_app_that_is_not_the_teams_is_never_among_a_keys_apps() {
    directory.add(directory.signer, KEY, TEAM, APP, "com.example.mail", "com.example.nobodys");
    directory.apps.put("com.example.mail", "TEAM000002");

    ProviderIdentity identity = accepted(connection.push(directory.bearer(0)));

    assertThat(identity.apps().contains(APP)).isTrue();
    assertThat(identity.apps().contains("com.example.mail")).isFalse();
    assertThat(identity.apps().contains("com.example.nobodys")).isFalse();
    directory.apps.remove(APP);
    assertThat(identity.apps().contains(APP)).isFalse();
  }

  @Test
  void nothing_is_decided_before_all_keys_are_known() {
    directory.complete = false;
    refused(connection.push(directory.bearer(0)), Reason.UNAVAILABLE);
    refused(connection.rest("Bearer tid_a_b"), Reason.UNAVAILABLE);

    directory.complete = true;
    accepted(connection.push(directory.bearer(0)));
  }

  /** A 403 is final for clients, and would count among the refusals of the connection. */
  @Test
  void nothing_is_final_while_the_keys_are_read_again() {
    String token = directory.bearer(0);
    accepted(connection.push(token));
    Map<String, ProviderDirectory.Key> keys = Map.copyOf(directory.keys);
    directory.complete = false;
    directory.keys.clear();
    for (int i = 0; i < 20; i++) {
      refused(connection.push(token), Reason.UNAVAILABLE);
    }
    assertThat(connection.isExhausted()).isFalse();

    directory.keys.putAll(keys);
    directory.complete = true;
    accepted(connection.push(token));
  }

  @Test
  void a_connection_is_given_up_after_ten_refused_tokens() {
    String token = directory.bearer(0);
    accepted(connection.push(token));
    for (int i = 0; i < 9; i++) {
      refused(connection.push("bearer x" + i), Reason.INVALID);
      accepted(connection.push(token));
    }
    assertThat(connection.isExhausted()).isFalse();

    refused(connection.push("bearer x"), Reason.INVALID);

    assertThat(connection.isExhausted()).isTrue();
    accepted(connection.push(token));
  }

  /** What is on its way when the connection is to be closed is told the truth, up to a bound. */
  @Test
  void ten_more_refused_tokens_are_told_so_and_then_nothing_is_checked() {
    String token = directory.bearer(0);
    accepted(connection.push(token));
    for (int i = 0; i < 10; i++) {
      refused(connection.push("bearer x" + i), Reason.INVALID);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(connection.isExhausted()).isTrue();
      refused(connection.push(null), Reason.MISSING);
      accepted(connection.rest(directory.bearer(0)));
      refused(connection.push("bearer y" + i), Reason.INVALID);
      refused(connection.rest("bearer y" + i), Reason.INVALID);
    }

    refused(connection.push("bearer x"), Reason.UNAVAILABLE);
    refused(connection.push(null), Reason.UNAVAILABLE);
    refused(connection.rest(directory.bearer(0)), Reason.UNAVAILABLE);
    accepted(connection.push(token));
  }

  @Test
  void a_flood_under_one_key_is_limited_and_leaves_other_keys_theirs() {
    Providers providers = directory.providers();
    Signer second = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(second, "KEY0000002", TEAM);
    String known = directory.bearer(0);
    accepted(providers.connection(++client).push(known));
    String forged = "bearer " + Signer.of(KEY, JwsAlgorithm.ES256).token(claims(TEAM, 0));
    for (int i = 1; i < VerifyingKey.PER_SECOND; i++) {
      refused(providers.connection(++client).push(forged), Reason.INVALID);
    }

    refused(providers.connection(++client).push(forged), Reason.UNAVAILABLE);
    accepted(providers.connection(++client).push(known));
    accepted(providers.connection(++client).push("bearer " + second.token(claims(TEAM, 0))));
    directory.pass(Duration.ofSeconds(1));
    accepted(providers.connection(++client).push(directory.bearer(1)));
  }

  @Test
  void an_address_that_forges_tokens_leaves_the_others_theirs_of_the_same_key() {
    Providers providers = directory.providers();
    String known = directory.bearer(0);
    accepted(providers.connection(1).push(known));
    Signer second = Signer.of("KEY0000002", JwsAlgorithm.ES256);
    directory.add(second, "KEY0000002", TEAM);
    String forged = "bearer " + Signer.of(KEY, JwsAlgorithm.ES256).token(claims(TEAM, 0));
    for (int i = 0; i < 500; i++) {
      assertThat(providers.connection(1).push(forged)).isInstanceOf(Refused.class);
      assertThat(providers.connection(1).rest(forged)).isInstanceOf(Refused.class);
    }

    accepted(providers.connection(2).push(directory.bearer(1)));
    // Its own ones: those known before at once, the others when there is a turn.
    accepted(providers.connection(1).push(known));
    String other = "bearer " + second.token(claims(TEAM, 0));
    refused(providers.connection(1).push(other), Reason.UNAVAILABLE);
    directory.pass(Duration.ofMillis(100));
    accepted(providers.connection(1).push(other));
  }

  @Test
  void however_many_are_forged_from_an_address_the_answers_do_not_tell_whether_a_key_exists() {
    Signer stranger = Signer.of(KEY, JwsAlgorithm.ES256);
    List<List<ProviderDecision>> answers = new ArrayList<>();
    for (String id : List.of(KEY, "KEY0000009")) {
      Providers providers = directory.providers();
      String header = "{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(id);
      String forged = "bearer " + stranger.token(header, claims(TEAM, 0));
      answers.add(Stream.generate(() -> providers.connection(1).push(forged)).limit(300).toList());
    }

    assertThat(answers.getFirst()).isEqualTo(answers.getLast());
    refused(answers.getFirst().getLast(), Reason.UNAVAILABLE);
  }

  @Test
  void all_keys_together_are_limited() {
    Providers providers = directory.providers();
    int keys = Providers.VERIFICATIONS / VerifyingKey.PER_SECOND;
    Signer stranger = Signer.of("stranger", JwsAlgorithm.ES256);
    for (int i = 0; i < keys; i++) {
      String id = "FLOODED" + i;
      directory.add(directory.signer, id, TEAM);
      String header = "{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(id);
      String forged = "bearer " + stranger.token(header, claims(TEAM, 0));
      for (int j = 0; j < VerifyingKey.PER_SECOND; j++) {
        refused(providers.connection(++client).push(forged), Reason.INVALID);
      }
    }

    refused(providers.connection(++client).push(directory.bearer(0)), Reason.UNAVAILABLE);
  }

  @Test
  void an_entry_that_is_no_key_on_the_curve_verifies_nothing() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    for (byte[] bytes :
        List.of(
            new byte[0],
            new byte[91],
            generator.generateKeyPair().getPublic().getEncoded(),
            KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded())) {
      directory.keys.put(
          KEY,
          new ProviderDirectory.Key(
              TEAM, ByteBuffer.wrap(bytes), Optional.empty(), Optional.empty()));

      refused(directory.connection().push(directory.bearer(0)), Reason.INVALID);
    }
  }

  @Test
  void another_of_our_processes_names_a_credential_and_its_owner_is_found() {
    Providers providers = directory.providers();
    String named = accepted(providers.connection(++client).push(directory.bearer(0))).credential();

    assertThat(providers.find(named)).map(ProviderIdentity::team).hasValue(TEAM);
    directory.keys.clear();
    assertThat(providers.find(named)).isEmpty();
    assertThat(providers.find("nonsense")).isEmpty();
  }

  @Test
  void decisions_are_counted_and_a_token_in_force_once() {
    Providers providers = directory.providers();
    ProviderConnection counted = providers.connection(++client);
    String token = directory.bearer(0);
    counted.push(token);
    counted.push(token);
    counted.push(null);
    directory.keys.clear();
    counted.push(token);

    assertThat(providers.outcomes().accepted()).isEqualTo(1);
    assertThat(providers.outcomes().refused(Reason.MISSING)).isEqualTo(1);
    assertThat(providers.outcomes().refused(Reason.INVALID)).isEqualTo(1);
  }

  @Test
  void no_change_to_a_token_makes_it_pass_or_breaks_anything() {
    String token = directory.token(0);
    Random random = new Random(14);
    Providers providers = directory.providers();
    for (int i = 0; i < 2_000; i++) {
      char[] changed = token.toCharArray();
      changed[random.nextInt(changed.length)] ^= (char) (1 << random.nextInt(8));
      String text = new String(changed);
      String cut = i % 3 == 0 ? text.substring(0, random.nextInt(text.length())) : text;
      directory.pass(Duration.ofMillis(20));

      assertThat(providers.connection(++client).push("bearer " + cut))
          .as(cut)
          .isInstanceOf(Refused.class)
          .extracting(each -> ((Refused) each).reason())
          .isIn(Reason.INVALID, Reason.MISSING, Reason.UNAVAILABLE);
      assertThat(providers.connection(++client).rest("bearer " + cut))
          .as(cut)
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void a_refusal_repeats_nothing_of_the_token() {
    for (String json : List.of("{\"secret\":1}", "{\"alg\":\"secret\"}", "secret")) {
      String part =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(json.getBytes(StandardCharsets.UTF_8));
      assertThat(connection.push("bearer " + part + '.' + part + '.' + part).toString())
          .doesNotContain("secret", part);
    }
  }
}
