package dev.tidings.device.register;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class RegistrationsTest {
  private final Registrations registrations = new Registrations(Duration.ofSeconds(30), Hints.NONE);

  @Test
  void the_answer_goes_to_whoever_asked_for_the_app() {
    CompletableFuture<String> news = registrations.expect("news");
    CompletableFuture<String> again = registrations.expect("news");
    CompletableFuture<String> mail = registrations.expect("mail");

    registrations.answered("{\"app\":\"news\",\"token\":\"cafe\",\"more\":{}}".getBytes(UTF_8));

    assertThat(news).isCompletedWithValue("cafe");
    assertThat(again).isCompletedWithValue("cafe");
    assertThat(mail).isNotDone();
    assertThat(registrations.unanswered()).containsExactly("mail");
  }

  @Test
  void a_refusal_says_why() {
    CompletableFuture<String> news = registrations.expect("news");

    registrations.answered("{\"app\":\"news\",\"error\":\"too many\"}".getBytes(UTF_8));

    assertThat(news)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(RegistrationException.class)
        .withMessage("app: news was not registered: too many");
  }

  @Test
  void a_refusal_says_whether_to_ask_again() {
    assertThat(new RegistrationException("news", "try again: too many at once").isWorthRetrying())
        .isTrue();
    assertThat(new RegistrationException("news", "app: a/b").isWorthRetrying()).isFalse();
  }

  @Test
  void no_answer_in_time_is_a_failure_and_the_next_one_is_asked_for_afresh() {
    Registrations impatient = new Registrations(Duration.ofMillis(1), Hints.NONE);

    assertThat(impatient.expect("news"))
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(TimeoutException.class);
    assertThat(impatient.unanswered()).isEmpty();
  }

  @Test
  void what_is_no_answer_is_ignored() {
    CompletableFuture<String> news = registrations.expect("news");

    registrations.answered("{\"token\":\"cafe\"}".getBytes(UTF_8));
    registrations.answered("[".getBytes(UTF_8));
    registrations.answered("{\"app\":\"other\",\"token\":\"cafe\"}".getBytes(UTF_8));

    assertThat(news).isNotDone();
  }

  @Test
  void a_request_is_well_formed_whatever_the_app_is_called() {
    assertThat(registrations.request("a\"b")).asString(UTF_8).isEqualTo("{\"app\":\"a\\\"b\"}");
  }

  @Test
  void the_locale_and_the_time_zone_are_told_with_a_registration_and_no_other_request() {
    Registrations told =
        new Registrations(
            Duration.ofSeconds(30),
            new Hints(Optional.of(Locale.of("de", "AT")), Optional.of(ZoneId.of("Europe/Vienna"))));

    assertThat(told.registration("news"))
        .asString(UTF_8)
        .isEqualTo("{\"app\":\"news\",\"locale\":\"de-AT\",\"timeZone\":\"Europe/Vienna\"}");
    assertThat(told.request("news")).asString(UTF_8).isEqualTo("{\"app\":\"news\"}");
    assertThat(registrations.registration("news")).asString(UTF_8).isEqualTo("{\"app\":\"news\"}");
  }
}
