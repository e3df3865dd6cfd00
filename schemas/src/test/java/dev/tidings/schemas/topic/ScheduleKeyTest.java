package dev.tidings.schemas.topic;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleKeyTest {
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final String ID = "00000000-0000-0000-0000-000000000001";
  private static final ScheduleKey KEY = ScheduleKey.of(new Token(TOKEN), new NotificationId(ID));

  @Test
  void the_bytes_are_the_token_and_the_id_and_are_read_back() {
    assertThat(new String(KEY.bytes(), US_ASCII)).isEqualTo(TOKEN + ID);
    assertThat(ScheduleKey.parse(KEY.bytes())).isEqualTo(KEY);
    assertThat(new String(KEY.ofWithdrawal().bytes(), US_ASCII)).isEqualTo(TOKEN + ID + "-");
    assertThat(ScheduleKey.parse(KEY.ofWithdrawal().bytes())).isEqualTo(KEY.ofWithdrawal());
  }

  @Test
  void it_is_in_the_partition_of_its_token_as_the_notification_was() {
    for (int partitions : new int[] {1, 7, 8, 50}) {
      int ofToken = Partitioning.partition(KEY.token().key(), partitions);
      assertThat(ScheduleKey.partition(KEY.bytes(), partitions)).isEqualTo(ofToken);
      assertThat(ScheduleKey.partition(KEY.ofWithdrawal().bytes(), partitions)).isEqualTo(ofToken);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        TOKEN_ALONE,
        TOKEN_ALONE + "00000000-0000-0000-0000-00000000000g",
        "0123456789ABCDEF012345678ABCDEF0123456789abcdef0123456789abcdef0" + ID_ALONE,
        TOKEN_ALONE + ID_ALONE + "+",
        TOKEN_ALONE + ID_ALONE + "--"
      })
  void anything_else_is_no_key(String text) {
    byte[] bytes = text.getBytes(US_ASCII);

    assertThatThrownBy(() -> ScheduleKey.parse(bytes)).isInstanceOf(InvalidValueException.class);
  }

  private static final String TOKEN_ALONE =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  private static final String ID_ALONE = "00000000-0000-0000-0000-000000000001";
}
