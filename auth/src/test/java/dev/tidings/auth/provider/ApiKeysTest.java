package dev.tidings.auth.provider;

import static dev.tidings.auth.provider.TestDirectory.APP;
import static dev.tidings.auth.provider.TestDirectory.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.provider.ProviderDecision.Accepted;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shows G94 of docs/guarantees.md. */
class ApiKeysTest {
  private static final String WHOLE = "tid_a1_s3-cr_et";

  private final TestDirectory directory = new TestDirectory();
  private final Providers providers = directory.providers();

  private ProviderDecision rest(String credential) {
    return providers.connection(0).rest("Bearer " + credential);
  }

  private static void invalid(ProviderDecision decision) {
    assertThat(decision).isInstanceOf(Refused.class);
    assertThat(((Refused) decision).reason()).isEqualTo(Reason.INVALID);
  }

  @Test
  void an_api_key_proves_its_team() {
    directory.addApiKey("a1", WHOLE, Optional.empty());

    assertThat(rest(WHOLE))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(accepted.identity().team()).isEqualTo(TestDirectory.TEAM);
              assertThat(accepted.identity().isTeamWide()).isTrue();
              assertThat(accepted.identity().apps().contains(APP)).isTrue();
              assertThat(providers.find(accepted.identity().credential())).isPresent();
            });
  }

  @Test
  void it_is_limited_to_its_apps() {
    directory.addApiKey("a1", WHOLE, Optional.empty(), "com.example.mail");

    assertThat(rest(WHOLE))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(accepted.identity().isTeamWide()).isFalse();
              assertThat(accepted.identity().apps().contains(APP)).isFalse();
            });
  }

  @Test
  void one_that_is_unknown_altered_or_revoked_is_invalid_with_the_same_words() {
    directory.addApiKey("a1", WHOLE, Optional.empty());
    ProviderDecision unknown = rest("tid_a2_s3-cr_et");

    invalid(unknown);
    for (String each :
        List.of("tid_", "tid__", "tid_a1", "tid_a1_", WHOLE + "x", WHOLE.replace("3", "4"))) {
      assertThat(rest(each)).isEqualTo(unknown);
    }
    invalid(rest("tid_a1_" + "x".repeat(10_000)));
    directory.apiKeys.clear();
    assertThat(rest(WHOLE)).isEqualTo(unknown);
    assertThat(providers.find("api-key/a1")).isEmpty();
  }

  @Test
  void one_that_is_over_is_invalid() {
    directory.addApiKey("a1", WHOLE, Optional.of(START.plusSeconds(1)));
    assertThat(rest(WHOLE)).isInstanceOf(Accepted.class);

    directory.pass(Duration.ofSeconds(1));

    invalid(rest(WHOLE));
    assertThat(providers.find("api-key/a1")).isEmpty();
  }

  @Test
  void what_a_request_was_accepted_by_is_refused_while_it_goes_on_once_it_is_revoked_or_over() {
    directory.addApiKey("a1", WHOLE, Optional.of(START.plusSeconds(2)));
    ProviderStanding standing = providers.connection(0).standing("Bearer " + WHOLE);
    assertThat(standing.decide()).isInstanceOf(Accepted.class);

    directory.addApiKey("a1", "tid_a1_another", Optional.empty());
    invalid(standing.decide());
    directory.addApiKey("a1", WHOLE, Optional.of(START.plusSeconds(2)), "com.example.mail");
    assertThat(standing.decide())
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> assertThat(accepted.identity().apps().contains(APP)).isFalse());
    directory.pass(Duration.ofSeconds(2));
    invalid(standing.decide());
    directory.apiKeys.clear();
    invalid(standing.decide());
    invalid(providers.connection(0).standing("").decide());
  }

  @Test
  void rest_takes_the_providers_token_too_and_apples_protocol_takes_no_api_key() {
    directory.addApiKey("a1", WHOLE, Optional.empty());

    assertThat(rest(directory.token(0))).isInstanceOf(Accepted.class);
    invalid(providers.connection(0).push("bearer " + WHOLE));
  }

  @Test
  void nothing_is_missing() {
    assertThat(providers.connection(0).rest(null))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.MISSING));
  }
}
