package dev.tidings.node.mqtt.packet;

import dev.tidings.node.mqtt.connect.ConnectRefusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Meters of the protocol. */
public final class MqttMeters {
  private static final String CONNECTS = "tidings.node.mqtt.connects";
  private static final String CONNECTS_HELP = "CONNECT packets answered, by outcome";

  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter relayed;
  private final Counter overRate;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Counter pushes;
  private final Counter confirmations;
  private final Counter rejections;
  private final Counter undeliverable;
  private final Counter neverConnected;
  private final Counter tooManyPackets;
  private final Counter filtersRefused;
  private final Counter filtersUnanswered;

  public MqttMeters(MeterRegistry registry) {
    this.registry = registry;
    this.accepted = connects("accepted");
    this.relayed = connects("relayed");
    this.overRate =
        counter(
            "tidings.node.mqtt.connects.throttled",
            "CONNECT packets refused because too many were waiting for their turn");
    Gauge.builder("tidings.node.mqtt.connects.waiting", waiting, AtomicInteger::get)
        .description("CONNECT packets that wait for their turn")
        .register(registry);
    // All are registered from the start: an alert cannot watch a meter that does not exist yet.
    for (ConnectRefusal why : ConnectRefusal.values()) {
      connects(why.label());
    }
    this.pushes =
        counter("tidings.node.mqtt.pushes", "Notifications written to connections, again or not");
    this.confirmations =
        counter("tidings.node.mqtt.confirmations", "PUBACK packets received, of any reason code");
    this.rejections =
        counter(
            "tidings.node.mqtt.rejections",
            "Those of the confirmations by which a device said that it refuses the notification");
    this.undeliverable =
        counter(
            "tidings.node.mqtt.undeliverable",
            "Notifications not written because the device can't take them, such as too large ones");
    this.neverConnected =
        counter(
            "tidings.node.mqtt.connect.timeouts",
            "Connections closed without a CONNECT: none in time, or something else came first");
    this.tooManyPackets =
        counter(
            "tidings.node.mqtt.packet.rate.exceeded",
            "Connections closed because the device sent more packets than it may");
    this.filtersRefused = filters("subscribed");
    this.filtersUnanswered = filters("unanswered");
  }

  public void accepted() {
    accepted.increment();
  }

  public void refused(ConnectRefusal why) {
    connects(why.label()).increment();
  }

  public void relayed() {
    relayed.increment();
  }

  public void overRate() {
    overRate.increment();
  }

  public void waiting(int change) {
    waiting.addAndGet(change);
  }

  public void pushed() {
    pushes.increment();
  }

  public void confirmed(boolean refusedByDevice) {
    confirmations.increment();
    if (refusedByDevice) {
      rejections.increment();
    }
  }

  public void undeliverable() {
    undeliverable.increment();
  }

  public void neverConnected() {
    neverConnected.increment();
  }

  public void tooManyPackets() {
    tooManyPackets.increment();
  }

  /** A device has as many filters as it may have, and subscribes to more. */
  public void filtersRefused() {
    filtersRefused.increment();
  }

  /** A device is disconnected because of filters in packets that have no answer. */
  public void filtersUnanswered() {
    filtersUnanswered.increment();
  }

  public void protocolError(Disconnect reason) {
    Counter.builder("tidings.node.mqtt.protocol.errors")
        .description("Connections closed because the device broke the protocol, by MQTT 5's reason")
        .tag("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .register(registry)
        .increment();
  }

  private Counter filters(String limit) {
    return Counter.builder("tidings.node.mqtt.filters.refused")
        .description("SUBSCRIBEs and UNSUBSCRIBEs with more filters than there may be, by which")
        .tag("limit", limit)
        .register(registry);
  }

  private Counter connects(String outcome) {
    return Counter.builder(CONNECTS)
        .description(CONNECTS_HELP)
        .tag("outcome", outcome)
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
