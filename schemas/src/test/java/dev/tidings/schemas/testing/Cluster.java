package dev.tidings.schemas.testing;

import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A real broker with the log's topics, and a schema registry. */
public final class Cluster implements AutoCloseable {
  public static final int PARTITIONS = 4;

  private final KafkaClusterTestKit kafka;
  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas;
  private final KafkaProducer<byte[], byte[]> producer;

  /** With the topics. */
  public Cluster() throws Exception {
    this(1, true);
  }

  private Cluster(int brokers, boolean topics) throws Exception {
    TestKitNodes nodes =
        new TestKitNodes.Builder()
            .setCombined(true)
            .setNumBrokerNodes(brokers)
            .setNumControllerNodes(1)
            .build();
    kafka =
        new KafkaClusterTestKit.Builder(nodes)
            .setConfigProp("offsets.topic.replication.factor", Integer.toString(brokers))
            .setConfigProp("offsets.topic.num.partitions", "1")
            .setConfigProp("transaction.state.log.replication.factor", "1")
            .setConfigProp("transaction.state.log.min.isr", "1")
            .setConfigProp("group.initial.rebalance.delay.ms", "0")
            .setConfigProp("group.min.session.timeout.ms", "1000")
            .setConfigProp("auto.create.topics.enable", "false")
            .build();
    kafka.format();
    kafka.startup();
    kafka.waitForReadyBrokers();
    schemas = new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers(), "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    if (topics) {
      createTopics();
    }
  }

  /** Without any topic. */
  public static Cluster empty() throws Exception {
    return new Cluster(1, false);
  }

  /**
   * Two brokers, of which the second has this partition alone, and everything else is on the first.
   */
  public static Cluster withSecondBrokerFor(LogTopic<?> topic, int partition) throws Exception {
    return withSecondBrokerFor(Map.of(topic, partition));
  }

  /** As the other, for a partition of each of several topics. */
  public static Cluster withSecondBrokerFor(Map<LogTopic<?>, Integer> partitions) throws Exception {
    Cluster cluster = new Cluster(2, false);
    List<NewTopic> topics = new ArrayList<>();
    for (LogTopic<?> each : LogTopics.all()) {
      Map<Integer, List<Integer>> replicas = new HashMap<>();
      for (int number = 0; number < each.partitions(PARTITIONS); number++) {
        boolean second = Integer.valueOf(number).equals(partitions.get(each));
        replicas.put(number, List.of(second ? 1 : 0));
      }
      topics.add(new NewTopic(each.name(), replicas).configs(each.configs()));
    }
    try (Admin admin = cluster.kafka.admin()) {
      admin.createTopics(topics).all().get();
    }
    return cluster;
  }

  /** Stops the second broker. */
  public void stopSecondBroker() {
    kafka.brokers().get(1).shutdown();
  }

  /** Starts the second broker again, with what it had. */
  public void startSecondBroker() {
    kafka.brokers().get(1).startup();
  }

  /**
   * Flips a bit of a text in a partition, in the file of the second broker, which is stopped. The
   * same again mends it.
   */
  public void flipOnSecondBroker(LogTopic<?> topic, int partition, String text) throws IOException {
    flip(1, topic, partition, text);
  }

  /** As the other, in the file of the first broker, which runs and gives away what is there. */
  public void flip(LogTopic<?> topic, int partition, String text) throws IOException {
    flip(0, topic, partition, text);
  }

  private void flip(int broker, LogTopic<?> topic, int partition, String text) throws IOException {
    for (String directory : kafka.nodes().brokerNodes().get(broker).logDataDirectories()) {
      Path file = Path.of(directory, topic.name() + "-" + partition, "00000000000000000000.log");
      if (Files.exists(file)) {
        String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        // Its last letter may be flipped already.
        int at = all.indexOf(text.substring(0, text.length() - 1)) + text.length() - 1;
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.seek(at);
          bytes.write(all.charAt(at) ^ 1);
        }
        return;
      }
    }
    throw new FileNotFoundException(topic.name() + "-" + partition);
  }

  public void createTopics() throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              LogTopics.all().stream()
                  .map(topic ->
                      new NewTopic(
                              topic.name(),
                              Optional.of(topic.partitions(PARTITIONS)),
                              Optional.of((short) 1))
                          .configs(topic.configs()))
                  .toList())
          .all()
          .get();
    }
  }

  /** The names of all topics but Kafka's own. */
  public Set<String> topics() throws Exception {
    try (Admin admin = kafka.admin()) {
      return admin.listTopics().names().get();
    }
  }

  /** Has the topic refuse larger records. */
  public void limit(LogTopic<?> topic, int bytes) throws Exception {
    configure(topic, "max.message.bytes", Integer.toString(bytes));
  }

  /** Sets one of Kafka's settings for a topic. */
  public void configure(LogTopic<?> topic, String config, String value) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                  List.of(
                      new AlterConfigOp(new ConfigEntry(config, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  /** Adds partitions to a topic. */
  public void extend(LogTopic<?> topic, int partitions) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(partitions)))
          .all()
          .get();
    }
  }

  /** Deletes a topic and makes it anew, empty and with another id. */
  public void makeAnew(LogTopic<?> topic) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin.deleteTopics(List.of(topic.name())).all().get();
      NewTopic anew =
          new NewTopic(
                  topic.name(), Optional.of(topic.partitions(PARTITIONS)), Optional.of((short) 1))
              .configs(topic.configs());
      while (true) {
        try {
          admin.createTopics(List.of(anew)).all().get();
          return;
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
    }
  }

  /** Commits an offset in every partition for a group without members. */
  public void commit(String group, LogTopic<?> topic, long offset) throws Exception {
    commit(group, topic, offset, Optional.empty());
  }

  /** As the other, of records that a leader of this epoch served. */
  public void commit(String group, LogTopic<?> topic, long offset, Optional<Integer> epoch)
      throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (int partition = 0; partition < topic.partitions(PARTITIONS); partition++) {
      offsets.put(
          new TopicPartition(topic.name(), partition), new OffsetAndMetadata(offset, epoch, ""));
    }
    try (Admin admin = kafka.admin()) {
      while (true) {
        try {
          admin.alterConsumerGroupOffsets(group, offsets).all().get();
          return;
        } catch (ExecutionException e) {
          // The controller has made the topic; the coordinator of the group learns of it later.
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
            throw e;
          }
        }
      }
    }
  }

  /** The members of a group, by what each calls itself. */
  public List<MemberDescription> members(String group) throws Exception {
    try (Admin admin = kafka.admin()) {
      return List.copyOf(
          admin.describeConsumerGroups(List.of(group)).all().get().get(group).members());
    }
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  public String registryUrl() {
    return registry.url();
  }

  /** The registry, for those who want it to fail. */
  public FakeRegistry registry() {
    return registry;
  }

  /** Stops the broker as an orderly shutdown does. */
  public void stopBroker() {
    kafka.brokers().values().forEach(broker -> broker.shutdown());
  }

  /**
   * From now on producers are allowed so little that a record stalls them for good; or those that
   * come anew are not.
   */
  public void throttle(boolean throttle) throws Exception {
    try (Admin admin = kafka.admin()) {
      ClientQuotaEntity everyClient =
          new ClientQuotaEntity(Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null));
      ClientQuotaAlteration.Op rate =
          new ClientQuotaAlteration.Op("producer_byte_rate", throttle ? 1.0 : null);
      admin
          .alterClientQuotas(List.of(new ClientQuotaAlteration(everyClient, List.of(rate))))
          .all()
          .get();
    }
  }

  /** Appends a value, or a tombstone for null. */
  public <V extends SpecificRecord> RecordMetadata append(LogTopic<V> topic, byte[] key, V value)
      throws Exception {
    try (AvroSerializer<V> serializer = new AvroSerializer<>(schemas)) {
      return appendBytes(topic, key, serializer.serialize(topic.name(), value));
    }
  }

  public RecordMetadata appendBytes(LogTopic<?> topic, byte[] key, byte[] value) throws Exception {
    Integer partition =
        topic.equals(LogTopics.RECEIPTS) ? ReceiptKey.partition(key, PARTITIONS) : null;
    return producer.send(new ProducerRecord<>(topic.name(), partition, key, value)).get();
  }

  /** Everything in a topic. */
  public List<ConsumerRecord<byte[], byte[]>> read(LogTopic<?> topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("reader")) {
      return read(
          consumer,
          consumer.partitionsFor(topic.name()).stream()
              .map(found -> new TopicPartition(found.topic(), found.partition()))
              .toList());
    }
  }

  /** Everything in a partition of a topic. */
  public List<ConsumerRecord<byte[], byte[]>> read(LogTopic<?> topic, int partition) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("reader")) {
      return read(consumer, List.of(new TopicPartition(topic.name(), partition)));
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    return records;
  }

  /** Reads a value. */
  public <V extends SpecificRecord> V decode(Class<V> type, byte[] value) {
    try (AvroDeserializer<V> deserializer = new AvroDeserializer<>(schemas, type)) {
      return deserializer.read(value);
    }
  }

  /** Commits the end of a topic for a group, as if it had processed everything. */
  public void commitEnd(String group, LogTopic<?> topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(group)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(found -> new TopicPartition(found.topic(), found.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      consumer
          .endOffsets(partitions)
          .forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
      consumer.commitSync(offsets);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String group) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers(),
            "group.id",
            group,
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  @Override
  public void close() throws Exception {
    producer.close(Duration.ZERO);
    schemas.close();
    registry.close();
    kafka.close();
  }
}
