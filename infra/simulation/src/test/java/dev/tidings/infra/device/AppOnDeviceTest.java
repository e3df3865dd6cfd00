package dev.tidings.infra.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Recipient;
import dev.tidings.infra.ledger.Tally;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AppOnDeviceTest {
  private static final String REGISTER = "$tidings/register";
  private static final String REGISTERED = "$tidings/registered";
  private static final String UNREGISTER = "$tidings/unregister";
  private static final String UNREGISTERED = "$tidings/unregistered";

  private final Ledger ledger = new Ledger(1, 1, () -> 0);
  private final AppOnDevice app = new AppOnDevice(new Recipient(0, 0), "app", ledger);

  @Test
  void it_asks_for_a_token_until_it_has_one() {
    assertThat(app.request()).contains(REGISTER);
    assertThat(app.renew()).isFalse();

    assertThat(app.answered(REGISTERED, "first")).isFalse();

    assertThat(app.request()).isEmpty();
    assertThat(app.token()).contains("first");
    assertThat(app.first()).isCompletedWithValue("first");
  }

  @Test
  void it_gives_its_token_back_and_then_asks_for_another_one() {
    app.answered(REGISTERED, "first");
    assertThat(app.renew()).isTrue();
    assertThat(app.request()).contains(UNREGISTER);
    assertThat(app.renew()).isFalse();

    assertThat(app.answered(UNREGISTERED, "")).isTrue();
    assertThat(app.request()).contains(REGISTER);
    assertThat(app.token()).as("which providers still have").contains("first");
    app.answered(REGISTERED, "second");

    assertThat(app.token()).contains("second");
    assertThat(tally().revokedTokens()).isEqualTo(1);
    assertThat(tally().isClean()).isTrue();
  }

  @Test
  void an_answer_to_a_request_that_was_repeated_changes_nothing() {
    app.answered(REGISTERED, "first");
    app.answered(UNREGISTERED, "");
    app.renew();
    app.answered(REGISTERED, "first");
    assertThat(app.request()).contains(UNREGISTER);
    app.answered(UNREGISTERED, "");
    app.answered(UNREGISTERED, "");

    assertThat(app.request()).contains(REGISTER);
    assertThat(tally().isClean()).isTrue();
  }

  @Test
  void a_token_that_was_given_back_and_comes_again_is_found() {
    app.answered(REGISTERED, "first");
    app.renew();
    app.answered(UNREGISTERED, "");
    app.answered(REGISTERED, "first");

    assertThat(tally().isClean()).isFalse();
  }

  private Tally tally() {
    return ledger.tally((id, token) -> Optional.empty(), device -> true);
  }
}
