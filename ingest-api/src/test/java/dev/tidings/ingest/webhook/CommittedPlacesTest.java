package dev.tidings.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.receipts.Cursor;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class CommittedPlacesTest {
  private static final String TOPIC = "tidings.receipts";
  private static final Instant SINCE = Instant.parse("2026-03-01T12:00:00.123Z");

  private final Cursor cursor = new Cursor(Uuid.randomUuid(), new long[] {7, 0, 1L << 40});

  private WebhookPlaces.Place readBack(Optional<Instant> failingSince) {
    return CommittedPlaces.place(CommittedPlaces.offsets(cursor, failingSince, TOPIC), TOPIC);
  }

  @Test
  void what_is_committed_is_read_back() {
    assertThat(readBack(Optional.empty()).next().orElseThrow().isAt(cursor)).isTrue();
    assertThat(readBack(Optional.empty()).failingSince()).isEmpty();
    assertThat(readBack(Optional.of(SINCE)).failingSince()).contains(SINCE);
  }

  @Test
  void without_a_commit_there_is_no_place() {
    assertThat(CommittedPlaces.place(Map.of(), TOPIC).next()).isEmpty();
  }

  /** Else what is in the partition in between would be missed, or told from its beginning. */
  @Test
  void a_commit_with_a_hole_is_none() {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        new HashMap<>(CommittedPlaces.offsets(cursor, Optional.empty(), TOPIC));
    offsets.remove(new TopicPartition(TOPIC, 1));

    assertThat(CommittedPlaces.place(offsets, TOPIC).next()).isEmpty();
  }

  @Test
  void offsets_that_somebody_else_has_set_are_not_taken_for_those_of_this_topic() {
    assertThat(
            CommittedPlaces.place(
                    Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(5)), TOPIC)
                .next())
        .isEmpty();
  }
}
