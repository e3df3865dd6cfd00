package dev.tidings.auth.provider;

import static dev.tidings.auth.provider.TestDirectory.KEY;
import static dev.tidings.auth.provider.TestDirectory.START;
import static dev.tidings.auth.provider.TestDirectory.TEAM;
import static dev.tidings.auth.provider.TestDirectory.claims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.TokenVerdict;
import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An administrator is told exactly what is wrong with a provider's token. */
class ProviderTokenCheckTest {
  private final TestDirectory directory = new TestDirectory();
  private final ProviderTokenCheck check = new ProviderTokenCheck(directory, () -> START);

  private void refused(String token, String why) {
    assertThat(check.check(token))
        .isInstanceOfSatisfying(
            TokenVerdict.Refused.class, refused -> assertThat(refused.why()).contains(why));
  }

  @Test
  void a_token_that_providers_may_use_is_accepted_and_its_team_and_apps_are_told() {
    assertThat(check.check(directory.token(0)))
        .isEqualTo(new TokenVerdict.Accepted("team TEAM000001, apps all"));

    directory.add(directory.signer, KEY, TEAM, "com.example.a", "com.example.b");
    assertThat(check.check(directory.token(0)))
        .isEqualTo(new TokenVerdict.Accepted("team TEAM000001, apps com.example.a, com.example.b"));
  }

  @Test
  void what_is_wrong_is_told_apart() {
    refused("nonsense", "not a signed JWT");
    refused(directory.token(-3_601), "token's iat (expected: at most 3600 s ago)");
    refused(directory.token(61), "token's iat (expected: not in the future)");
    refused(directory.signer.token(claims("TEAM000002", 0)), "token's iss");
    refused(
        Signer.of(KEY, JwsAlgorithm.ES256).token(claims(TEAM, 0)),
        "token's signature (expected: one of its kid's key)");
    refused(
        Signer.of("KEY0000009", JwsAlgorithm.ES256).token(claims(TEAM, 0)),
        "token's kid (expected: a key that is entered");
  }

  @Test
  void a_key_that_has_expired_is_told_from_one_that_was_never_there() {
    ProviderDirectory.Key key = directory.keys.get(KEY);
    directory.keys.put(
        KEY,
        new ProviderDirectory.Key(key.team(), key.publicKey(), key.apps(), Optional.of(START)));

    refused(directory.token(0), "token's kid (expected: a key that has not expired)");
  }

  @Test
  void while_the_keys_are_being_read_nothing_is_decided() {
    directory.complete = false;

    assertThat(check.check(directory.token(0))).isInstanceOf(TokenVerdict.Undecided.class);
  }
}
