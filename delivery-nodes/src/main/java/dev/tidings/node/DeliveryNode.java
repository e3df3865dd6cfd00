package dev.tidings.node;

import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.node.keep.KeptSessions;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.settings.NodeConfiguration;
import dev.tidings.node.settings.NodeSettings;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.service.config.Config;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.lifecycle.ServiceMain;
import dev.tidings.service.lifecycle.StopOrder;
import dev.tidings.service.log.Repeated;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The delivery node service: serves the devices' connections, and keeps each notification until it
 * is confirmed.
 */
public final class DeliveryNode {
  private static final long SWEEP_MINUTES = 10;
  private static final long LOOK_SECONDS = 30;
  private static final long ORDERS_MILLIS = 250;

  /** How a node stops, from the first step to the last. */
  public static final StopOrder STOP_ORDER =
      StopOrder.of(
          // Balancers send no more devices; the ports are closed; nothing more is read from the
          // log, devices may confirm what they have, the rest is parked and they are told to go.
          "readiness",
          "accepting",
          "drain",
          "tls",
          // What watches the others.
          "topic watch",
          "log liveness",
          "owner directory",
          // The directory asks the others over it.
          "internal tls",
          "group watch",
          "members",
          // Each partition is released with its last commit, which the reader makes; the node
          // leaves the group, and others take over. So the reader stops after it.
          "parked inbox",
          "memory of the inbox",
          "replay orders",
          "replays",
          "delivery reader",
          // What the partitions used: their tables, and last the writer, which flushes.
          "inbox readers",
          "table readers",
          "log writer",
          "event loops",
          "revocations",
          // Who may connect.
          "device tokens",
          "control",
          "topic ids",
          // As in every service.
          "registry client",
          "installation",
          "management");

  private DeliveryNode() {}

  public static void main(String[] args) {
    System.exit(
        ServiceMain.run(args, NodeConfiguration.COMMAND, NodeSettings.ALL, DeliveryNode::start));
  }

  /** Starts all components, each after those it depends on; they stop in reverse order. */
  static void start(Config config, Lifecycle lifecycle) throws Exception {
    lifecycle.stopIn(STOP_ORDER);
    lifecycle.vital(
        "delivery-reader",
        "log-writer",
        "revocations",
        "control entries",
        "replay orders",
        "group-watch");
    NodeContext node = NodeContext.open(NodeConfiguration.of(config), lifecycle, Clock.systemUTC());
    DeviceAccess access = DeviceAccess.start(node);
    EventLoops loops = loops(node);
    LogWriter log = log(node);
    DeviceTables tables = DeviceTables.start(node, access.revoked(), log);
    DeliveryPath path = DeliveryPath.start(node, access, loops, log, tables);
    NodeMembership membership = NodeMembership.join(node, loops, tables, path);
    sweep(loops, tables.sessions(), path);
    node.readiness().add("partitions", path.partitions()::health);
    node.readiness().add("deliveries", path.reader()::health);
    node.readiness().add("log", log::health);
    node.service()
        .watchLog(
            node.topics(),
            node.access(),
            () -> {
              if (membership.inbox().isRunning()) {
                tables.directory().touch();
              }
            },
            topic -> {
              log.topicRecreated(topic);
              membership.inbox().topicRecreated(topic);
            });
    DevicePorts ports = DevicePorts.prepare(node, access, loops, tables, path, membership);
    node.service().started(ports.open());
  }

  private static EventLoops loops(NodeContext node) {
    MeterRegistry metrics = node.metrics();
    EventLoops loops =
        EventLoops.withAcceptor(
            "mqtt",
            node.config().get(NodeSettings.EVENT_LOOPS),
            new AcceptFailures("tidings.node.accept.failures", metrics));
    loops.watch(node.lifecycle()::fail, metrics);
    node.lifecycle()
        .onStop("event loops", NodeContext.SOON, () -> loops.close(Duration.ofSeconds(2)));
    return loops;
  }

  private static LogWriter log(NodeContext node) {
    LogWriter log =
        new LogWriter(
            node.clients()::writer,
            node.names(),
            new AvroSerializer<>(node.registry()),
            new WriterMeters(node.metrics()),
            node.lifecycle()::fail,
            node.clients().writerLimits());
    log.start();
    node.lifecycle().onStop("log writer", NodeContext.SOON, log::close);
    return log;
  }

  /**
   * Removes sessions and erasures whose time is over, every few minutes, and looks more often for
   * changes of topics that were missed in a crowd, and for replays that providers have ordered.
   */
  private static void sweep(EventLoops loops, KeptSessions sessions, DeliveryPath path) {
    loops
        .workers()
        .next()
        .scheduleAtFixedRate(
            Repeated.of(
                DeliveryNode.class, "the look for changes of topics", path.subscribers()::sweep),
            LOOK_SECONDS,
            LOOK_SECONDS,
            TimeUnit.SECONDS);
    loops
        .workers()
        .next()
        .scheduleAtFixedRate(
            Repeated.of(DeliveryNode.class, "the look for replays in order", path.orders()::sweep),
            ORDERS_MILLIS,
            ORDERS_MILLIS,
            TimeUnit.MILLISECONDS);
    loops
        .workers()
        .next()
        .scheduleAtFixedRate(
            Repeated.of(
                DeliveryNode.class,
                "the removal of sessions and erasures",
                () -> {
                  sessions.sweep();
                  path.erasures().sweep();
                }),
            SWEEP_MINUTES,
            SWEEP_MINUTES,
            TimeUnit.MINUTES);
  }
}
