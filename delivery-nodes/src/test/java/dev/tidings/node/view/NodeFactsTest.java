package dev.tidings.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.settle.DeliveryMeters;
import dev.tidings.schemas.question.NodeFigures;
import dev.tidings.service.management.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node tells of itself is what its metrics are. */
class NodeFactsTest {
  private final MeterRegistry metrics = Metrics.registry("delivery-node");
  private final NodeFacts state =
      new NodeFacts(
          "node-1",
          "1.0",
          "open",
          () -> List.of(new NodeFigures.Socket("ws", "10.0.0.1", 8083)),
          () -> Set.of(3, 1),
          metrics);

  @Test
  void counters_gauges_and_latencies_are_those_of_the_metrics() {
    DeliveryMeters meters = new DeliveryMeters(metrics);
    meters.arrived();
    meters.pushed(true);
    Gauge.builder("tidings.node.connections", () -> 4).tag("transport", "tcp").register(metrics);
    Gauge.builder("tidings.node.secret", () -> 1).register(metrics);
    Timer latency = metrics.get("tidings.node.delivery.latency").timer();
    latency.record(Duration.ofMillis(3));
    latency.record(Duration.ofMillis(30));

    NodeFigures figures = NodeFigures.parse(state.figures().text());

    assertThat(figures.node()).isEqualTo("node-1");
    assertThat(figures.partitions()).containsExactly(1, 3);
    assertThat(figures.sockets()).containsExactly(new NodeFigures.Socket("ws", "10.0.0.1", 8083));
    assertThat(figures.value("deliveries.arrived")).isEqualTo(1);
    assertThat(figures.value("deliveries.pushed")).isEqualTo(1);
    assertThat(figures.value("deliveries.redelivered")).isEqualTo(1);
    assertThat(figures.value("deliveries.confirmed")).isEqualTo(2);
    assertThat(figures.value("connections.tcp")).isEqualTo(4);
    assertThat(figures.values()).doesNotContainKey("secret");
    assertThat(figures.latency().get(figures.latency().headMap(10.0).lastKey())).isEqualTo(1);
    assertThat(figures.latency().get(figures.latency().lastKey())).isEqualTo(2);
  }
}
