package dev.tidings.node;

import dev.tidings.node.erase.Erasures;
import dev.tidings.node.keep.KeptSessions;
import dev.tidings.node.keep.WritePace;
import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.parked.NotReadYet;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.register.Generations;
import dev.tidings.node.register.RevokedTokens;
import dev.tidings.node.settings.NodeSettings;
import dev.tidings.node.subscriber.Subscribers;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.node.table.TableReaders;
import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.rocks.TableDirectory;
import java.util.function.Consumer;

/**
 * The tables of what the node stores of devices.
 *
 * @param directory of the tables' files
 * @param generations which token of an app is a device's latest
 * @param tokens decides about device tokens
 * @param subscriptions of sessions that outlive their connection
 * @param erasures which devices are to be erased
 * @param memberships what providers have devices join and leave
 * @param parked reads parked notifications
 */
record DeviceTables(
    TableDirectory directory,
    DeviceTable<Generation> generations,
    Generations tokens,
    DeviceTable<Subscription> subscriptions,
    KeptSessions sessions,
    DeviceTable<Erasure> erasures,
    DeviceTable<Membership> memberships,
    ParkedReader parked) {
  private static final int READING_THREADS = 2;

  /** Makes the tables and starts the threads that read them. */
  static DeviceTables start(NodeContext node, RevokedTokens revoked, LogWriter log) {
    TableDirectory directory =
        new TableDirectory(
            node.config().get(NodeSettings.STATE_DIR),
            node.names().group(ConsumerGroups.INBOX),
            node.clock());
    // Reading threads can find damage too, in places that no stream thread may ever read.
    Consumer<Throwable> damage =
        failure ->
            directory
                .damagedBy(failure)
                .ifPresent(why -> node.lifecycle().fail(new IllegalStateException(why, failure)));
    TableReaders readers = new TableReaders(READING_THREADS, damage);
    node.lifecycle().onStop("table readers", NodeContext.SOON, readers::close);
    DeviceTable<Generation> generations =
        new DeviceTable<>(
            "generations",
            LogTopics.GENERATIONS,
            node.partitionCount(),
            log,
            readers,
            node.registry(),
            Generations.RULE);
    Generations tokens =
        new Generations(
            generations,
            new TokenMint(node.configuration().keys()),
            new TokenCheck(node.configuration().keys()),
            revoked);
    ParkedReader parked =
        new ParkedReader(
            READING_THREADS,
            () -> new DeliveryDeserializer(node.registry()),
            tokens::isRevoked,
            new NotReadYet(node.metrics(), System::nanoTime),
            damage);
    node.lifecycle().onStop("inbox readers", NodeContext.SOON, parked::close);
    DeviceTable<Subscription> subscriptions =
        new DeviceTable<>(
            "subscriptions",
            LogTopics.SUBSCRIPTIONS,
            node.partitionCount(),
            log,
            readers,
            node.registry(),
            TableRule.last());
    KeptSessions sessions =
        new KeptSessions(
            subscriptions,
            node.config().get(NodeSettings.SESSION_EXPIRY_MAX),
            node.clock(),
            WritePace.real(node.metrics()));
    DeviceTable<Erasure> erasures =
        new DeviceTable<>(
            "erasures",
            LogTopics.ERASURES,
            node.partitionCount(),
            log,
            readers,
            node.registry(),
            Erasures.RULE);
    DeviceTable<Membership> memberships =
        new DeviceTable<>(
            "memberships",
            LogTopics.MEMBERSHIPS,
            node.partitionCount(),
            log,
            readers,
            node.registry(),
            Subscribers.RULE);
    return new DeviceTables(
        directory, generations, tokens, subscriptions, sessions, erasures, memberships, parked);
  }
}
