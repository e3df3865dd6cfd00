package dev.tidings.streams.broadcast;

import static dev.tidings.streams.broadcast.Fleet.device;
import static dev.tidings.streams.broadcast.Fleet.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shows G153 of docs/guarantees.md: what happens between the end of a broadcast and the reading of
 * that end, which comes back from the log, and not at once.
 */
final class UnreadEndTopologyTest {
  private static final String CHANNEL = "channel:Scores00";

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();
  private Fleet fleet;

  @BeforeEach
  void start() {
    fleet = new Fleet(directory, registry, Fleet.START, new TopicNames("written."));
    fleet.join(device(1), CHANNEL);
  }

  @AfterEach
  void stop() {
    fleet.close();
    registry.close();
  }

  private void sendUntilEnded(int number, Duration keptFor) {
    sendUntilEnded(number, CHANNEL, keptFor);
  }

  private void sendUntilEnded(int number, String topic, Duration keptFor) {
    Broadcast broadcast = Fleet.broadcast(id(number), "'" + topic + "' in topics");
    broadcast.getNotification().put("expiration", fleet.now().plus(keptFor).toEpochMilli());
    fleet.request(broadcast);
    for (int i = 0; i < 100 && !hasEnded(number); i++) {
      readWhatIsWritten();
      fleet.ticks(1);
    }
    assertThat(hasEnded(number)).isTrue();
  }

  private boolean hasEnded(int number) {
    return fleet
        .progress(id(number))
        .flatMap(told -> Optional.ofNullable(told.getEnding()))
        .isPresent();
  }

  private void readWhatIsWritten() {
    List<TestRecord<byte[], byte[]>> all = List.copyOf(fleet.unread);
    fleet.unread.clear();
    fleet.read(all);
  }

  private boolean isKept(int number) {
    return fleet.last(new BroadcastKey(id(number), 0, Kind.REQUEST).bytes()).isPresent();
  }

  @Test
  void one_that_another_followed_before_its_end_was_read_does_not_stay_in_the_table() {
    sendUntilEnded(1, Duration.ofHours(1));
    List<TestRecord<byte[], byte[]>> end = List.copyOf(fleet.unread);
    fleet.unread.clear();
    sendUntilEnded(2, Duration.ofHours(1));
    assertThat(isKept(1)).isTrue();
    fleet.read(end);
    readWhatIsWritten();
    fleet.ticks(2);
    readWhatIsWritten();
    assertThat(isKept(1)).isFalse();
    assertThat(isKept(2)).isTrue();
  }

  @Test
  void one_that_expired_before_its_end_was_read_does_not_stay_in_the_table() {
    sendUntilEnded(1, Duration.ofSeconds(20));
    fleet.pass(Duration.ofSeconds(30));
    fleet.ticks(2);
    readWhatIsWritten();
    fleet.ticks(2);
    readWhatIsWritten();
    assertThat(isKept(1)).isFalse();
  }

  /** Who stops it has asked before it ended, and is read when it has. */
  @ParameterizedTest
  @ValueSource(strings = {CHANNEL, "goals"})
  void one_that_is_stopped_before_its_end_is_read_has_ended_as_it_has(String topic) {
    fleet.join(device(1), "goals");
    sendUntilEnded(1, topic, Duration.ofHours(1));
    List<TestRecord<byte[], byte[]>> end = List.copyOf(fleet.unread);
    fleet.unread.clear();
    fleet.stop(id(1));
    fleet.ticks(2);
    fleet.read(end);
    readWhatIsWritten();
    fleet.ticks(2);
    readWhatIsWritten();
    Broadcast told = fleet.progress(id(1)).orElseThrow();
    assertThat(told.getEnding()).isEqualTo("completed");
    assertThat(told.getSent()).isEqualTo(1);
    assertThat(isKept(1)).isEqualTo(topic.equals(CHANNEL));
  }

  @Test
  void one_that_is_kept_when_its_end_is_read_stays() {
    sendUntilEnded(1, Duration.ofHours(1));
    readWhatIsWritten();
    fleet.ticks(2);
    readWhatIsWritten();
    assertThat(isKept(1)).isTrue();
  }
}
