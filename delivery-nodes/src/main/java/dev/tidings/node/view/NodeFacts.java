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
  /** The meters that are told, without what all their names begin with. */
  private static final String PREFIX = "tidings.node.";

  private static final Set<String> TOLD =
      Set.of(
          "deliveries.arrived",
          "deliveries.pushed",
          "deliveries.redelivered",
          "deliveries.parked",
          "deliveries.deduplicated",
          "deliveries.replayed",
          "deliveries.expired",
          "deliveries.unregistered",
          "deliveries.collapsed",
          "deliveries.evicted",
          "deliveries.rejected",
          "deliveries.withdrawn",
          "inbox.parked",
          "inbox.parked.bytes",
          "window.bytes",
          "window.oldest.seconds",
          "partitions.open",
          "connections");

  private static final String LATENCY = PREFIX + "delivery.latency";

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
      if (name.startsWith(PREFIX) && TOLD.contains(name.substring(PREFIX.length()))) {
        values.put(name.substring(PREFIX.length()) + tags(meter), value(meter));
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
