package dev.tidings.node.deliver;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.registry.known.SchemaStore;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What outlives a node: one partition's records, the commit, and the time. Thread-safe. */
final class FakeLog implements AutoCloseable {
  /** A record of {@code deliveries}; its place in the list is its offset. */
  record Delivered(DeviceId device, Delivery delivery) {}

  /** The id of a schema that comes late. */
  private static final int LATE = 100;

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client = client();
  private final AvroDeserializer<Receipt> receipts = new AvroDeserializer<>(client, Receipt.class);
  private final AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(client);
  private final List<ProducerRecord<byte[], byte[]>> written = new ArrayList<>();
  private final List<Delivered> deliveries = new ArrayList<>();
  private final AtomicLong now = new AtomicLong(1_000_000);
  private volatile RegistryClient readers = client;
  private volatile CommitPoint committed = new CommitPoint(0, new BitSet());

  RegistryClient registry() {
    return client;
  }

  /** What readers learn schemas from. */
  RegistryClient readers() {
    return readers;
  }

  /** Whoever reads from now on knows no schema, and no registry can be reached. */
  void losesRegistry() {
    readers = client();
    registry.failNext(Integer.MAX_VALUE);
  }

  void findsRegistry() {
    registry.failNext(0);
  }

  /**
   * Whoever reads from now on asks a registry that takes connections and never answers, and has on
   * disk what was written so far.
   */
  void registryFallsSilent(ServerSocket silent) {
    readers =
        new RegistryClient(
            RegistryConfig.of(
                Map.of(
                    RegistryConfig.URL,
                    "http://127.0.0.1:" + silent.getLocalPort(),
                    "http.read.timeout.ms",
                    "3600000")),
            new SchemaStore() {
              @Override
              public void keep(int id, Schema schema) {}

              @Override
              public Set<Integer> ids() {
                return Set.of();
              }

              @Override
              public Optional<Schema> find(int id) {
                return id == LATE ? Optional.empty() : Optional.of(client.schema(id));
              }
            },
            Thread::startVirtualThread);
  }

  /** As it is written by somebody whose schema the registry does not know yet. */
  byte[] serializedAhead(Delivery delivery) {
    byte[] bytes = serialized(delivery);
    ByteBuffer.wrap(bytes).putInt(1, LATE);
    return bytes;
  }

  /** Now it does. */
  void learnsSchema() {
    int last;
    do {
      last = registry.put("late", Delivery.getClassSchema().toString(), "");
    } while (last < LATE);
  }

  private RegistryClient client() {
    return new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
  }

  AtomicLong now() {
    return now;
  }

  synchronized void append(ProducerRecord<byte[], byte[]> record) {
    written.add(record);
  }

  synchronized List<ProducerRecord<byte[], byte[]>> written() {
    return List.copyOf(written);
  }

  CommitPoint committed() {
    return committed;
  }

  void commit(CommitPoint point) {
    committed = point;
  }

  /** Appends a delivery with an id of its own. */
  synchronized Delivery deliver(String device, Consumer<Delivery.Builder> change) {
    Delivery.Builder builder =
        Delivery.newBuilder()
            .setId(new UUID(0, deliveries.size()).toString())
            .setToken("token")
            .setApp("com.example")
            .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
            .setSteps(List.of(new Step(StepName.ACCEPTED, now.get(), "ingest", null)));
    change.accept(builder);
    Delivery delivery = builder.build();
    deliveries.add(new Delivered(new DeviceId(device), delivery));
    return delivery;
  }

  synchronized List<Delivered> deliveries() {
    return List.copyOf(deliveries);
  }

  /** The last receipt of a notification; null while there is none. */
  Receipt receipt(String id) {
    return receipts(id).reduce((first, second) -> second).orElse(null);
  }

  /**
   * The last receipt that says how a notification ended; null while there is none. A node that does
   * not know that it was replaced may say behind it that it parks the notification, and crash
   * before it does: docs/decisions.md, "A replaced owner's last word".
   */
  Receipt ending(String id) {
    return receipts(id)
        .filter(receipt -> receipt.getOutcome() != Outcome.PENDING)
        .reduce((first, second) -> second)
        .orElse(null);
  }

  private Stream<Receipt> receipts(String id) {
    return written().stream()
        .filter(record -> record.topic().equals(LogTopics.RECEIPTS.name()))
        .filter(record -> !key(record).endsWith("/repeated"))
        .filter(record -> key(record).startsWith(id))
        .map(record -> receipts.read(record.value()));
  }

  /** The last receipt of a notification to one token; null while there is none. */
  Receipt receipt(String id, String token) {
    return receipts(id)
        .filter(receipt -> receipt.getToken().equals(token))
        .reduce((first, second) -> second)
        .orElse(null);
  }

  /** What is said of the repetitions of a notification. */
  List<Receipt> repetitions(String id) {
    return written().stream()
        .filter(record -> record.topic().equals(LogTopics.RECEIPTS.name()))
        .filter(record -> key(record).startsWith(id) && key(record).endsWith("/repeated"))
        .map(record -> receipts.read(record.value()))
        .toList();
  }

  private static String key(ProducerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  byte[] serialized(Delivery delivery) {
    return serializer.serialize(LogTopics.INBOX.name(), delivery);
  }

  @Override
  public void close() {
    readers.close();
    client.close();
    registry.close();
  }
}
