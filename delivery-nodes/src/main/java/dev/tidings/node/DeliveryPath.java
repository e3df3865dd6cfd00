package dev.tidings.node;

import dev.tidings.net.EventLoops;
import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.erase.DeviceSteps;
import dev.tidings.node.erase.Erasures;
import dev.tidings.node.log.DeliveryReader;
import dev.tidings.node.log.decode.DeliveryDecoder;
import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.log.life.AdminLookup;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.order.Orders;
import dev.tidings.node.register.CurrentTokens;
import dev.tidings.node.register.DeviceRequests;
import dev.tidings.node.register.JoinedTopics;
import dev.tidings.node.register.RegistrationLimits;
import dev.tidings.node.register.Reports;
import dev.tidings.node.register.RequestLimits;
import dev.tidings.node.register.RevokedTokens;
import dev.tidings.node.register.TokenRegistrar;
import dev.tidings.node.register.others.ForeignRevocations;
import dev.tidings.node.replay.ReplayReads;
import dev.tidings.node.settings.DeliverySettings;
import dev.tidings.node.settings.NodeSettings;
import dev.tidings.node.settings.ReplaySettings;
import dev.tidings.node.settle.DeliveryMeters;
import dev.tidings.node.subscriber.Subscribers;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The path of a delivery through the node, and what else happens in a device's partition.
 *
 * @param reader reads {@code deliveries}
 * @param partitions those that the node owns
 * @param registrar carries out what devices ask for
 * @param erasures of devices
 * @param subscribers what providers have devices join and leave
 * @param tokens which tokens are a device's
 * @param orders what providers have sent again
 */
record DeliveryPath(
    DeliveryReader reader,
    Partitions partitions,
    DeviceRequests registrar,
    Erasures erasures,
    Subscribers subscribers,
    CurrentTokens tokens,
    Orders orders) {
  /** After which what cannot be finished is tried again. */
  private static final long PAUSE_MILLIS = 500;

  /** Starts the path from its end to its beginning. */
  static DeliveryPath start(
      NodeContext node, DeviceAccess access, EventLoops loops, LogWriter log, DeviceTables tables) {
    String name = node.configuration().instance().name();
    RevokedTokens revoked = access.revoked();
    DeadLetters deadLetters = new DeadLetters(log, node.metrics());
    DeliveryReader reader = reader(node, log, deadLetters);
    reader.start();
    node.lifecycle().onStop("delivery reader", NodeContext.SOON, reader::close);
    CurrentTokens tokens =
        new CurrentTokens(
            tables.generations(), new TokenMint(node.configuration().keys()), revoked);
    ReplayReads replays =
        ReplayReads.of(
            ReplaySettings.rules(node.config()),
            node.clients()::replays,
            () -> new DeliveryDeserializer(node.registry()),
            node.names().of(LogTopics.DELIVERIES),
            tokens::of,
            node.metrics());
    replays.start();
    node.lifecycle().onStop("replays", NodeContext.SOON, replays::close);
    Partitions partitions =
        new Partitions(
            node.partitionCount(),
            loops.workers(),
            DeliverySettings.rules(node.config(), node.partitionCount()),
            log,
            reader,
            tables.parked(),
            deadLetters,
            node.configuration().collapseKeys(),
            revoked::isRevoked,
            revoked::isErased,
            new DeliveryMeters(node.metrics()),
            replays,
            node.clock(),
            DeliveryPath::monotonicMillis,
            name);
    access.authentication().whenIssuersChange().accept(partitions::lookAtProofs);
    NodeGauges.bind(node.metrics(), partitions, log, revoked, tables.generations());
    TokenRegistrar registrar =
        new TokenRegistrar(
            new TokenMint(node.configuration().keys()),
            tables.generations(),
            revoked,
            log,
            node.clock(),
            System::nanoTime,
            new RegistrationLimits(
                node.config().get(NodeSettings.MAX_APPS),
                new RequestLimits(
                    node.config().get(NodeSettings.MAX_REGISTRATIONS),
                    node.config().get(NodeSettings.MAX_REGISTRATIONS_OF_ALL))),
            partitions::purge,
            new JoinedTopics(
                tables.subscriptions(),
                node.config().get(NodeSettings.MAX_TOPICS),
                node.config().get(NodeSettings.MAX_TAGS),
                node.clock()),
            node.metrics());
    ForeignRevocations foreign =
        new ForeignRevocations(
            tables.generations(),
            new TokenMint(node.configuration().keys()),
            revoked,
            registrar::revokedByOthers);
    access.revocations().askBeforeReading(() -> foreign.turn(System.nanoTime()));
    Erasures erasures =
        new Erasures(
            tables.erasures(),
            new DeviceSteps(tables.generations(), registrar, tables.sessions(), partitions),
            node.clock(),
            name,
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    NodeGauges.bind(node.metrics(), erasures);
    erasures.start();
    Subscribers subscribers =
        new Subscribers(
            tables.memberships(),
            registrar::change,
            NodeGauges.topicChanges(node.metrics()),
            node.clock(),
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    NodeGauges.bind(node.metrics(), subscribers);
    subscribers.start();
    Orders orders =
        new Orders(
            node.clients().orders(node.names().of(LogTopics.REPLAYS), node.topicAdmin()),
            node.registry(),
            node.partitionCount(),
            partitions,
            log,
            node.clock());
    node.lifecycle().onStop("replay orders", NodeContext.SOON, orders::close);
    NodeGauges.bind(node.metrics(), orders);
    Reports reports =
        new Reports(
            new TokenMint(node.configuration().keys()),
            tables.generations(),
            log,
            node.clock(),
            name,
            new RequestLimits(
                node.config().get(NodeSettings.MAX_REPORTS),
                node.config().get(NodeSettings.MAX_REPORTS_OF_ALL)),
            node.metrics(),
            System::nanoTime);
    return new DeliveryPath(
        reader,
        partitions,
        new DeviceRequests(registrar, reports, NodeSettings.ownTags(node.config())),
        erasures,
        subscribers,
        tokens,
        orders);
  }

  private static DeliveryReader reader(NodeContext node, LogWriter log, DeadLetters deadLetters) {
    return new DeliveryReader(
        node.clients()::deliveries,
        node.names().of(LogTopics.DELIVERIES),
        new AdminLookup(node.topicAdmin(), node.names().group(ConsumerGroups.DELIVERY_NODES)),
        new DeliveryDecoder(
            new DeliveryDeserializer(node.registry()), DeliveryPath::monotonicMillis),
        deadLetters,
        DeliverySettings.reading(node.config()),
        log::isFull,
        new ReaderMeters(node.metrics()),
        node.lifecycle()::fail);
  }

  /**
   * Returns a monotonic time in milliseconds: the host's clock may be changed while this process
   * runs.
   */
  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
