package dev.tidings.streams.write;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.topic.TopicNames;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** The ends of the topology: the topics that its steps write to. */
public final class Sinks {
  public static final String DELIVERIES = "write-deliveries";
  public static final String RECEIPTS = "write-receipts";
  public static final String NOTIFICATIONS = "forward-notifications";
  public static final String MARKS = "mark-registrations";
  public static final String BROADCASTS = "write-broadcasts";
  public static final String MEMBERSHIPS = "write-memberships";
  public static final String SCHEDULES = "write-schedules";
  public static final String DEAD_LETTERS = "write-dead-letters";

  private Sinks() {}

  /**
   * Adds them.
   *
   * @param outputs the processors that forward to them
   */
  public static void addTo(Topology topology, TopicNames names, String... outputs) {
    // Without a partitioner the producer's default decides, as it does for everybody else.
    add(topology, DELIVERIES, names.of(LogTopics.DELIVERIES), outputs);
    add(topology, DEAD_LETTERS, names.of(LogTopics.DEAD_LETTERS), outputs);
    add(
        topology,
        RECEIPTS,
        names.of(LogTopics.RECEIPTS),
        (topic, key, value, partitions) ->
            Optional.of(Set.of(ReceiptKey.partition(key, partitions))),
        outputs);
    add(
        topology,
        NOTIFICATIONS,
        names.of(LogTopics.NOTIFICATIONS),
        (topic, key, value, partitions) ->
            Optional.of(Set.of(Partitioning.partition(key, partitions))),
        outputs);
    add(
        topology,
        MARKS,
        names.of(LogTopics.REGISTRATIONS),
        (topic, key, value, partitions) -> Optional.of(Set.of(TableMark.partition(key))),
        outputs);
    add(
        topology,
        BROADCASTS,
        names.of(LogTopics.BROADCASTS),
        (topic, key, value, partitions) -> Optional.of(Set.of(broadcastPartition(key))),
        outputs);
    add(
        topology,
        MEMBERSHIPS,
        names.of(LogTopics.MEMBERSHIPS),
        (topic, key, value, partitions) ->
            Optional.of(
                Set.of(Partitioning.partition(DeviceKey.parse(key).device().key(), partitions))),
        outputs);
    add(
        topology,
        SCHEDULES,
        names.of(LogTopics.SCHEDULES),
        (topic, key, value, partitions) ->
            Optional.of(
                Set.of(
                    TableMark.isKey(key)
                        ? TableMark.partition(key)
                        : ScheduleKey.partition(key, partitions))),
        outputs);
  }

  private static int broadcastPartition(byte[] key) {
    return TableMark.isKey(key)
        ? TableMark.partition(key)
        : BroadcastKey.parse(key).map(BroadcastKey::partition).orElseThrow();
  }

  private static void add(Topology topology, String name, String topic, String... outputs) {
    topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), outputs);
  }

  private static void add(
      Topology topology,
      String name,
      String topic,
      StreamPartitioner<byte[], byte[]> partitioner,
      String... outputs) {
    topology.addSink(
        name, topic, new ByteArraySerializer(), new ByteArraySerializer(), partitioner, outputs);
  }
}
