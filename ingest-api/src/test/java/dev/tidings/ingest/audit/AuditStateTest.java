package dev.tidings.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is committed, and read by the next process. */
class AuditStateTest {
  /** Kafka's default for {@code offset.metadata.max.bytes}. */
  private static final int MOST_BYTES = 4_096;

  private static Accepted difference(int i, String app) {
    Token token = new Token("%064x".formatted(i));
    return new Accepted(i, ReceiptKey.of(NotificationId.random(), token), app, 1_700_000_000_000L);
  }

  @Test
  void it_is_read_as_it_was_written() {
    AuditState state =
        AuditState.of(
            Uuid.randomUuid(),
            1_700_000_000_000L,
            1_700_000_000_001L,
            List.of(difference(1, "com.example.news"), difference(2, "")));

    assertThat(AuditState.parse(state.text())).contains(state);
  }

  @Test
  void however_many_there_are_the_broker_takes_it_and_the_oldest_are_listed() {
    String longest = "a".repeat(255);
    List<Accepted> all = IntStream.range(0, 5_000).mapToObj(i -> difference(i, longest)).toList();
    AuditState state = AuditState.of(Uuid.randomUuid(), 1, 2, all);

    assertThat(state.text().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
    assertThat(state.count()).isEqualTo(5_000);
    assertThat(state.listed()).isNotEmpty().isEqualTo(all.subList(0, state.listed().size()));
    assertThat(AuditState.parse(state.text())).contains(state);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "2 AAAAAAAAAAAAAAAAAAAAAA 1 2 0",
        "1 AAAAAAAAAAAAAAAAAAAAAA 1 2 !",
        "1 AAAAAAAAAAAAAAAAAAAAAA 1 2 1 1:2:3",
        "1 AAAAAAAAAAAAAAAAAAAAAA 1 2 1 1:2:no-receipt:app",
        "1 ? 1 2 0"
      })
  void what_somebody_else_has_committed_is_none(String text) {
    assertThat(AuditState.parse(text)).isEmpty();
  }
}
