package dev.tidings.node;

import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.erase.Erasures;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.order.Orders;
import dev.tidings.node.register.RevocationsTail;
import dev.tidings.node.register.RevokedTokens;
import dev.tidings.node.relay.AddressWatch;
import dev.tidings.node.subscriber.ProviderChange;
import dev.tidings.node.subscriber.Subscribers;
import dev.tidings.node.table.DeviceTable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Gauges of the node's present state. */
final class NodeGauges {
  private NodeGauges() {}

  static void bind(
      MeterRegistry registry,
      Partitions partitions,
      LogWriter log,
      RevokedTokens revoked,
      DeviceTable<?> generations) {
    gauge(
        registry,
        "tidings.node.partitions.owned",
        partitions,
        Partitions::owned,
        "Partitions of this node.");
    gauge(
        registry,
        "tidings.node.partitions.open",
        partitions,
        Partitions::open,
        "Of those, at work.");
    gauge(
        registry,
        "tidings.node.window.bytes",
        partitions,
        Partitions::windowBytes,
        "Memory of unresolved deliveries, and of resolved ones behind them.");
    gauge(
        registry,
        "tidings.node.window.oldest.seconds",
        partitions,
        Partitions::oldestUnresolved,
        "Age of the oldest delivery that holds its partition's watermark.");
    gauge(
        registry,
        "tidings.node.inbox.parked",
        partitions,
        Partitions::parkedCount,
        "Parked notifications.");
    gauge(
        registry,
        "tidings.node.inbox.parked.bytes",
        partitions,
        Partitions::parkedBytes,
        "What the parked notifications weigh.");
    gauge(
        registry,
        "tidings.node.inbox.unreadable.devices",
        partitions,
        Partitions::unread,
        "Devices with parked notifications that cannot be read yet because a schema is missing.");
    gauge(
        registry,
        "tidings.node.log.pending",
        log,
        LogWriter::pending,
        "Records handed over and not yet acknowledged by the log.");
    gauge(
        registry,
        "tidings.node.tokens.revoked",
        revoked,
        RevokedTokens::size,
        "Tokens revoked lately, as far as they are held in memory.");
    gauge(
        registry,
        "tidings.node.registrations.pending",
        generations,
        DeviceTable::unseen,
        "Records of registrations written and not yet in the table.");
  }

  static void bind(MeterRegistry registry, AddressWatch addresses) {
    gauge(
        registry,
        "tidings.node.advertised.address.unreachable",
        addresses,
        AddressWatch::wrong,
        "1 if other nodes cannot reach this one under its advertised address.");
  }

  static void bind(MeterRegistry registry, Erasures erasures) {
    gauge(
        registry,
        "tidings.node.erasures.open",
        erasures,
        Erasures::open,
        "Erasures of devices that are waiting or being carried out.");
    FunctionCounter.builder("tidings.node.erasures", erasures, Erasures::done)
        .description("Erasures of devices that were completed.")
        .register(registry);
  }

  static void bind(MeterRegistry registry, Orders orders) {
    gauge(
        registry,
        "tidings.node.replay.orders.open",
        orders,
        Orders::open,
        "Replays that providers have ordered and that not all partitions are done with, of all"
            + " nodes.");
    gauge(
        registry,
        "tidings.node.replay.orders.lag",
        orders,
        Orders::lag,
        "Records of replays still to be read.");
  }

  static void bind(MeterRegistry registry, Subscribers subscribers) {
    gauge(
        registry,
        "tidings.node.topic.changes.open",
        subscribers,
        Subscribers::open,
        "Joins and leaves of topics that providers have requested, and that are not done yet.");
  }

  /** Counts them by what became of them. */
  static Consumer<ProviderChange> topicChanges(MeterRegistry registry) {
    Map<ProviderChange, Counter> counters = new EnumMap<>(ProviderChange.class);
    for (ProviderChange result : ProviderChange.values()) {
      counters.put(
          result,
          Counter.builder("tidings.node.topic.changes")
              .description(
                  "Joins and leaves of topics that providers have requested, by what became of"
                      + " them.")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    return result -> Objects.requireNonNull(counters.get(result)).increment();
  }

  static void bind(MeterRegistry registry, RevocationsTail revocations) {
    FunctionCounter.builder(
            "tidings.node.revocations.unreadable", revocations, RevocationsTail::unreadable)
        .description("Records of the revocations topic that are no revocations and were left out.")
        .register(registry);
  }

  private static <T> void gauge(
      MeterRegistry registry, String name, T of, ToDoubleFunction<T> value, String description) {
    Gauge.builder(name, of, value).description(description).register(registry);
  }
}
