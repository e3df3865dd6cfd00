package dev.tidings.ingest.console.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.ingest.console.overview.FleetFigures.Site;
import dev.tidings.schemas.question.NodeFigures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Shows G241 of docs/guarantees.md. */
class OverviewsTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final Overviews overviews = new Overviews();
  private final List<Site> sites = new ArrayList<>();
  private long second;
  private long accepted;
  private Optional<Sample.AuditFigures> audit = Optional.empty();

  private void node(String name, List<Integer> partitions, Map<String, Double> values) {
    TreeMap<Double, Double> latency = new TreeMap<>();
    double confirmed = values.getOrDefault("deliveries.confirmed", 0.0);
    latency.put(1.0, confirmed / 2);
    latency.put(5.0, confirmed);
    sites.add(
        new Site(
            name + ":1884",
            Optional.of(
                new NodeFigures(
                    name,
                    "1.0",
                    "open",
                    List.of(),
                    new TreeSet<>(partitions),
                    new TreeMap<>(values),
                    latency))));
  }

  private JsonNode next() throws Exception {
    TreeMap<Integer, LogFigures.Lag> lags = new TreeMap<>();
    lags.put(0, new LogFigures.Lag(0L, 3L));
    lags.put(1, new LogFigures.Lag(7L, null));
    Sample sample =
        new Sample(
            START.plusSeconds(second),
            second * 1_000_000_000,
            accepted < 0 ? Optional.empty() : Optional.of(new LogFigures(accepted, lags)),
            List.copyOf(sites),
            audit,
            Map.of());
    second++;
    sites.clear();
    return new ObjectMapper().readTree(OverviewJson.of(overviews.next(sample)));
  }

  @Test
  void rates_are_what_all_nodes_have_done_since_the_second_before() throws Exception {
    node("a", List.of(0), Map.of("deliveries.confirmed", 100.0, "deliveries.pushed", 5.0));
    node("b", List.of(1), Map.of("deliveries.confirmed", 10.0));
    accepted = 1_000;
    JsonNode first = next();
    assertThat(first.get("rates").isNull()).isTrue();
    assertThat(first.get("latencyMillis").isNull()).isTrue();

    node("a", List.of(0), Map.of("deliveries.confirmed", 140.0, "deliveries.pushed", 9.0));
    node("b", List.of(1), Map.of("deliveries.confirmed", 30.0));
    accepted = 1_064;
    JsonNode second = next();

    assertThat(second.get("rates").get("confirmed").asDouble()).isEqualTo(60);
    assertThat(second.get("rates").get("pushed").asDouble()).isEqualTo(4);
    assertThat(second.get("rates").get("accepted").asDouble()).isEqualTo(64);
    assertThat(second.get("latencyMillis").get("count").asLong()).isEqualTo(60);
    assertThat(second.get("latencyMillis").get("p50").asDouble()).isCloseTo(1, within(0.01));
    assertThat(second.get("latencyMillis").get("p99").asDouble()).isCloseTo(4.92, within(0.01));
  }

  @Test
  void a_node_that_was_started_again_lets_no_rate_fall_below_zero() throws Exception {
    node("a", List.of(0, 1), Map.of("deliveries.confirmed", 100.0));
    next();
    node("a", List.of(0, 1), Map.of("deliveries.confirmed", 3.0));

    JsonNode overview = next();

    assertThat(overview.get("rates").get("confirmed").asDouble()).isZero();
    assertThat(overview.get("latencyMillis").isNull()).isTrue();
  }

  @Test
  void it_tells_who_owns_what_and_how_far_behind_it_is() throws Exception {
    node("a", List.of(0), Map.of("connections.tcp", 2.0, "connections.websocket", 1.0));
    node("b", List.of(1), Map.of("connections.tcp", 3.0, "inbox.parked", 12.0));

    JsonNode overview = next();

    assertThat(overview.get("partitions").toString())
        .isEqualTo(
            "[{\"partition\":0,\"node\":\"a\",\"notificationsLag\":0,\"deliveriesLag\":3},"
                + "{\"partition\":1,\"node\":\"b\",\"notificationsLag\":7,\"deliveriesLag\":null}]");
    assertThat(overview.get("connections").toString()).isEqualTo("{\"tcp\":5,\"websocket\":1}");
    assertThat(overview.get("inbox").get("waiting").asLong()).isEqualTo(12);
    assertThat(overview.get("nodes").get(0).get("connections").asLong()).isEqualTo(3);
    assertThat(overview.get("alarms")).isEmpty();
  }

  @Test
  void what_is_wrong_is_told_with_the_time_since_when() throws Exception {
    node("a", List.of(0), Map.of("window.oldest.seconds", 91.0));
    JsonNode first = next();
    assertThat(first.get("alarms").findValuesAsText("alarm"))
        .containsExactly("delivery-old", "partition-unowned");

    node("a", List.of(0), Map.of("window.oldest.seconds", 92.0));
    sites.add(new Site("b:1884", Optional.empty()));
    audit = Optional.of(new Sample.AuditFigures(2, 10));
    JsonNode second = next();

    // Another node may own it: that is not known.
    assertThat(second.get("alarms").findValuesAsText("alarm"))
        .containsExactly("node-silent", "delivery-old", "audit-difference");
    assertThat(second.get("alarms").findValuesAsText("since"))
        .containsExactly("2026-03-01T12:00:01Z", "2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z");
    assertThat(second.get("nodes").get(1).get("answers").asBoolean()).isFalse();
  }

  @Test
  void without_the_log_what_it_would_tell_is_null_and_that_is_an_alarm() throws Exception {
    accepted = -1;
    node("a", List.of(0), Map.of());
    next();
    node("a", List.of(0), Map.of());

    JsonNode overview = next();

    assertThat(overview.get("rates").get("accepted").isNull()).isTrue();
    assertThat(overview.get("partitions").get(0).get("notificationsLag").isNull()).isTrue();
    assertThat(overview.get("alarms").findValuesAsText("alarm")).containsExactly("log-silent");
  }
}
