package dev.tidings.node.view;

import dev.tidings.schemas.question.NodeFigures;
import dev.tidings.schemas.question.NodeFigures.Socket;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What this node tells of itself: the numbers are those of its metrics. Thread-safe. */
public final class NodeFacts {
  /** The meters that are told. */
  private static final Set<String> TOLD =
      Set.of(
          "tidings.node.deliveries.arrived",
          "tidings.node.deliveries.pushed",
          "tidings.node.deliveries.redelivered",
          "tidings.node.deliveries.parked",
          "tidings.node.deliveries.deduplicated",
          "tidings.node.deliveries.replayed",
          "tidings.node.deliveries.expired",
          "tidings.node.deliveries.unregistered",
          "tidings.node.deliveries.collapsed",
          "tidings.node.deliveries.evicted",
          "tidings.node.deliveries.rejected",
          "tidings.node.deliveries.withdrawn",
          "tidings.node.inbox.parked",
          "tidings.node.inbox.parked.bytes",
          "tidings.node.window.bytes",
          "tidings.node.window.oldest.seconds",
          "tidings.node.partitions.open",
          "tidings.node.connections");

  private static final String LATENCY = "tidings.node.delivery.latency";

  /** So many words begin all of their names; what follows is told. */
  private static final int WORDS_BEFORE = 2;

  private final String node;
  private final String version;
  private final String devices;
  private final Supplier<List<Socket>> sockets;
  private final Supplier<Set<Integer>> partitions;
  private final MeterRegistry metrics;

  /**
   * @param node this node, as traces name it
   * @param devices how devices prove who they are
   * @param sockets where web pages reach it
   * @param partitions which are its own
   */
  public NodeFacts(
      String node,
      String version,
      String devices,
      Supplier<List<Socket>> sockets,
      Supplier<Set<Integer>> partitions,
      MeterRegistry metrics) {
    this.node = node;
    this.version = version;
    this.devices = devices;
    this.sockets = sockets;
    this.partitions = partitions;
    this.metrics = metrics;
  }

  NodeFigures figures() {
    SortedMap<String, Double> values = new TreeMap<>();
    for (Meter meter : metrics.getMeters()) {
      String name = meter.getId().getName();
      if (TOLD.contains(name)) {
        values.put(name.split("\\.", WORDS_BEFORE + 1)[WORDS_BEFORE] + tags(meter), value(meter));
      }
    }
    SortedMap<Double, Double> latency = new TreeMap<>();
    Timer timer = metrics.find(LATENCY).timer();
    if (timer != null) {
      values.put("deliveries.confirmed", (double) timer.count());
      for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
        latency.put(bucket.bucket(TimeUnit.MILLISECONDS), bucket.count());
      }
    }
    return new NodeFigures(
        node, version, devices, sockets.get(), new TreeSet<>(partitions.get()), values, latency);
  }

  /** Those of its own, but for the service, which all have. */
  private static String tags(Meter meter) {
    StringBuilder text = new StringBuilder();
    meter.getId().getTags().stream()
        .filter(tag -> !tag.getKey().equals("service"))
        .forEach(tag -> text.append('.').append(tag.getValue()));
    return text.toString();
  }

  private static double value(Meter meter) {
    return meter.match(
        gauge -> gauge.value(),
        counter -> counter.count(),
        timer -> (double) timer.count(),
        summary -> (double) summary.count(),
        task -> (double) task.activeTasks(),
        gauge -> gauge.value(),
        FunctionCounter::count,
        timer -> timer.count(),
        other -> 0.0);
  }
}
