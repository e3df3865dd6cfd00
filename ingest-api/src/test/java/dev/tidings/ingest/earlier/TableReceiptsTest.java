package dev.tidings.ingest.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows G140 of docs/guarantees.md. */
class TableReceiptsTest {
  private static Receipt receipt(@Nullable String token) {
    Step accepted = new Step(StepName.ACCEPTED, 17L, "ingest", null);
    return new Receipt(
        "id", token, "phone", "com.example", Outcome.UNREGISTERED, List.of(accepted), null);
  }

  @Test
  void what_was_accepted_for_a_token_is_known() {
    assertThat(TableReceipts.answer(receipt("token"))).isInstanceOf(EarlierAnswer.Known.class);
  }

  /** The device may have registered since, and nothing was ever sent to it. */
  @Test
  void what_found_no_token_of_its_device_is_not() {
    assertThat(TableReceipts.answer(receipt(null))).isEqualTo(EarlierAnswer.NOTHING);
  }
}
