package dev.tidings.ingest.erase;

import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.producer.AwaitedWrites;
import dev.tidings.service.kafka.producer.ProducerSource;
import dev.tidings.service.kafka.producer.SharedAvroSerializer;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The erasures in the log. A request is written after its line in {@code audit}: there may be a
 * line without an erasure, but no erasure without a line. Thread-safe.
 */
public final class ErasureLog implements DeviceErasures, AutoCloseable {
  /** Of some 100,000 erasures. */
  private static final long MOST_BYTES = 48L * 1024 * 1024;

  private final AwaitedWrites writes;
  private final SharedAvroSerializer<SpecificRecord> serializer;
  private final String topic;
  private final String audit;
  private final int partitions;
  private final InstantSource clock;
  private final ErasureTable table = new ErasureTable(MOST_BYTES);
  private final TableReader<ErasureTable.Change> reader;
  private final AtomicLong requested = new AtomicLong();

  /**
   * Starts reading.
   *
   * @param source the topic {@code erasures}
   * @param producers acknowledged by all replicas; owned and closed by the caller
   * @param partitions how many the topic has
   */
  public ErasureLog(
      TableSource source,
      ProducerSource producers,
      RegistryClient registry,
      TopicNames names,
      int partitions,
      InstantSource clock) {
    this.writes = new AwaitedWrites(producers);
    this.serializer = new SharedAvroSerializer<>(registry);
    this.topic = names.of(LogTopics.ERASURES);
    this.audit = names.of(LogTopics.AUDIT);
    this.partitions = partitions;
    this.clock = clock;
    AvroDeserializer<Erasure> deserializer = new AvroDeserializer<>(registry, Erasure.class);
    this.reader =
        TableReader.start(
            "erasures", source, record -> ErasureTable.change(record, deserializer), table, clock);
  }

  @Override
  public String request(ErasureRequest request) throws InterruptedException {
    String id = ErasureId.next(clock.millis());
    @Nullable List<String> apps = request.apps();
    Erasure erasure =
        new Erasure(
            clock.millis(),
            request.team(),
            apps == null ? null : List.copyOf(apps),
            ErasureState.REQUESTED,
            List.of(),
            List.of());
    byte[] name = ("erasure/" + id).getBytes(StandardCharsets.UTF_8);
    AuditEntry line =
        new AuditEntry(
            clock.instant(), request.who(), request.what(), "erasure/" + id, request.from());
    writes.write(new ProducerRecord<>(audit, name, serializer.serialize(audit, line)));
    writes.write(
        new ProducerRecord<>(
            topic,
            Partitioning.partition(request.device().key(), partitions),
            new DeviceKey(request.device(), id).bytes(),
            serializer.serialize(topic, erasure)));
    table.requested(new Known(id, request.device(), erasure));
    requested.incrementAndGet();
    return id;
  }

  @Override
  public Optional<Known> find(String id) {
    return table.find(id);
  }

  @Override
  public boolean isSettled(String id) {
    return reader.isWhole() && reader.lag() == 0 && !ErasureId.isRecent(id, clock.millis());
  }

  /** Returns how many were requested here. */
  public long requested() {
    return requested.get();
  }

  /** Returns the number of records of the topic that are not read yet. */
  public long lag() {
    return reader.lag();
  }

  /** Returns how much memory those take that are known, roughly. */
  public long bytes() {
    return table.bytes();
  }

  @Override
  public void close() throws InterruptedException {
    reader.close();
  }
}
