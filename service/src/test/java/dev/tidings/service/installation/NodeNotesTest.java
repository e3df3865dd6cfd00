package dev.tidings.service.installation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How processes learn where the delivery nodes are. */
class NodeNotesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String NODE = "10.0.0.1:1884";

  private final ControlState node = new ControlState();
  private final ControlState other = new ControlState();

  /** Writes what the node has to say, and has both read it. */
  private Map<String, byte @Nullable []> speak(Instant now) {
    Map<String, byte @Nullable []> records = new HashMap<>(node.toWrite(now));
    records.forEach((key, value) -> {
      node.take(key.getBytes(UTF_8), value, now);
      other.take(key.getBytes(UTF_8), value, now);
    });
    return records;
  }

  @Test
  void a_node_says_where_it_is_and_says_it_again_as_long_as_it_runs() {
    assertThat(speak(NOW)).isEmpty();
    node.nodes().announce(NODE);
    assertThat(speak(NOW)).containsOnlyKeys("node/" + NODE);
    assertThat(other.nodes().addresses(NOW)).containsExactly(NODE);
    assertThat(speak(NOW.plusSeconds(1))).isEmpty();

    Instant later = NOW.plus(NodeNotes.SAID_EVERY);
    assertThat(speak(later)).hasSize(1);
    assertThat(other.nodes().addresses(later.plus(NodeNotes.SAID_FOR).minusMillis(1)))
        .containsExactly(NODE);
  }

  @Test
  void a_node_that_stops_takes_back_where_it_was() {
    node.nodes().announce(NODE);
    speak(NOW);

    node.nodes().leave();
    assertThat(node.nodes().isLeaving()).isTrue();
    assertThat(speak(NOW)).containsOnlyKeys("node/" + NODE).containsEntry("node/" + NODE, null);
    assertThat(other.nodes().addresses(NOW)).isEmpty();
    assertThat(node.nodes().isLeaving()).isFalse();
    assertThat(speak(NOW.plus(NodeNotes.SAID_EVERY))).isEmpty();
  }

  @Test
  void one_that_has_gone_counts_no_more_and_is_removed_by_another_a_day_later() {
    node.take(("node/old:1").getBytes(UTF_8), ("at=" + NOW.toEpochMilli()).getBytes(UTF_8), NOW);
    assertThat(node.nodes().addresses(NOW)).containsExactly("old:1");
    assertThat(node.nodes().addresses(NOW.plus(NodeNotes.SAID_FOR))).isEmpty();

    node.nodes().announce(NODE);
    Instant dayAfter = NOW.plus(NodeNotes.KEPT_FOR).plusMillis(1);
    assertThat(speak(dayAfter)).containsEntry("node/old:1", null).containsKey("node/" + NODE);
    assertThat(speak(dayAfter)).isEmpty();
  }

  @Test
  void those_heard_of_last_come_first_and_what_makes_no_sense_is_no_node() {
    for (int i = 1; i <= 3; i++) {
      Instant at = NOW.plus(Duration.ofSeconds(i == 2 ? 9 : i));
      other.take(("node/n" + i).getBytes(UTF_8), ("at=" + at.toEpochMilli()).getBytes(UTF_8), NOW);
    }
    other.take("node/n4".getBytes(UTF_8), "at=soon".getBytes(UTF_8), NOW);
    assertThat(other.nodes().addresses(NOW)).containsExactly("n2", "n3", "n1");

    other.clear();
    assertThat(other.nodes().addresses(NOW)).isEmpty();
  }

  @Test
  void others_fill_no_memory_with_it_and_then_this_node_is_silent() {
    byte[] value = ("at=" + NOW.toEpochMilli()).getBytes(UTF_8);
    for (int i = 0; i < 2_000; i++) {
      node.take(("node/n" + i).getBytes(UTF_8), value, NOW);
    }
    assertThat(node.nodes().addresses(NOW)).hasSize(1_000);
    node.nodes().announce(NODE);
    assertThat(node.toWrite(NOW)).isEmpty();
  }
}
