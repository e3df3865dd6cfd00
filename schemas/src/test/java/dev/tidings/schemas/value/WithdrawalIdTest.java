package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G143 of docs/guarantees.md. */
class WithdrawalIdTest {
  private static final NotificationId ID =
      new NotificationId("11111111-2222-3333-4444-555555555555");

  @Test
  void it_names_what_is_taken_back() {
    WithdrawalId withdrawal = new WithdrawalId(ID);

    assertThat(withdrawal.text()).isEqualTo("withdraw-11111111-2222-3333-4444-555555555555");
    assertThat(WithdrawalId.isOne(withdrawal.text())).isTrue();
    assertThat(WithdrawalId.parse(withdrawal.text())).isEqualTo(withdrawal);
    assertThat(StandardCharsets.US_ASCII.decode(withdrawal.payload()).toString())
        .isEqualTo("{\"withdraw\":\"11111111-2222-3333-4444-555555555555\"}");
  }

  /** So a node that knows no withdrawals refuses the record, and shows nothing. */
  @Test
  void it_is_no_id() {
    assertThat(WithdrawalId.isOne(ID.value())).isFalse();
    assertThatThrownBy(() -> new NotificationId(new WithdrawalId(ID).text()))
        .isInstanceOf(InvalidValueException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "withdraw-",
        "withdraw-11111111-2222-3333-4444-55555555555",
        "withdraw-withdraw-11111111-2222-3333-4444-555555555555",
        "11111111-2222-3333-4444-555555555555"
      })
  void what_names_nothing_is_none(String text) {
    assertThatThrownBy(() -> WithdrawalId.parse(text)).isInstanceOf(InvalidValueException.class);
  }
}
