package dev.tidings.ingest.console;

import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Page;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/admin/audit-log}: what administrators have done, the last first. Each page is read
 * from the log, a few at a time.
 */
final class AuditLines {
  private static final String PATH = "/v1/admin/audit-log";
  private static final String CURSOR = "cursor";
  private static final int AT_ONCE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicPartition topic;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final RegistryClient registry;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /**
   * @param topic the name of {@code audit}, which has one partition
   * @param consumers opens one for a page
   */
  AuditLines(String topic, Supplier<Consumer<byte[], byte[]>> consumers, RegistryClient registry) {
    this.topic = new TopicPartition(topic, 0);
    this.consumers = consumers;
    this.registry = registry;
  }

  AdminOperation operation() {
    return AdminOperation.of("GET", PATH, this::answer);
  }

  /**
   * Some lines.
   *
   * @param entries the last first; null for one that cannot be read
   * @param next the offset before which the next page ends; 0 if there is none
   */
  private record Lines(Deque<Line> entries, long next) {}

  private record Line(long offset, @Nullable AuditEntry entry) {}

  private Response answer(AdminRequest request) throws InterruptedException {
    Map<String, String> query = request.query(CURSOR, Page.LIMIT);
    int limit = Page.of(query).limit();
    @Nullable Long before = before(query.get(CURSOR));
    if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new KafkaException("too many pages of the audit log are being read");
    }
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      return answer(read(consumer, before, limit), limit);
    } finally {
      free.release();
    }
  }

  private static @Nullable Long before(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    if (!cursor.matches("\\d{1,18}")) {
      throw new BadRequestException(CURSOR, cursor, "what next in an answer says");
    }
    return Long.valueOf(cursor);
  }

  private Lines read(Consumer<byte[], byte[]> consumer, @Nullable Long before, int limit) {
    long stop = System.nanoTime() + PATIENCE.toNanos();
    long first = consumer.beginningOffsets(List.of(topic), PATIENCE).getOrDefault(topic, 0L);
    long last = consumer.endOffsets(List.of(topic), PATIENCE).getOrDefault(topic, 0L);
    long end = before == null ? last : Math.min(before, last);
    long from = Math.max(first, end - limit);
    consumer.assign(List.of(topic));
    consumer.seek(topic, from);
    AvroDeserializer<AuditEntry> deserializer =
        AvroDeserializer.unlessAway(registry, AuditEntry.class);
    Deque<Line> lines = new ArrayDeque<>();
    while (consumer.position(topic, PATIENCE) < end) {
      if (System.nanoTime() - stop > 0) {
        throw new KafkaException("the audit log cannot be read in time");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end) {
          lines.addFirst(new Line(record.offset(), entry(deserializer, record.value())));
        }
      }
    }
    return new Lines(lines, from > first ? from : 0);
  }

  private static @Nullable AuditEntry entry(
      AvroDeserializer<AuditEntry> deserializer, byte @Nullable [] value) {
    try {
      return value == null ? null : deserializer.read(value);
    } catch (SerializationException e) {
      // Of another version, or nobody's: that there is a line is told.
      return null;
    }
  }

  private static Response answer(Lines lines, int limit) {
    return JsonAnswer.ok(out -> {
      out.writeArrayFieldStart("entries");
      for (Line line : lines.entries()) {
        @Nullable AuditEntry entry = line.entry();
        out.writeStartObject();
        out.writeNumberField("offset", line.offset());
        JsonAnswer.text(out, "at", entry == null ? null : entry.getAt());
        JsonAnswer.text(out, "who", entry == null ? null : entry.getWho());
        JsonAnswer.text(out, "from", entry == null ? null : entry.getFrom());
        JsonAnswer.text(out, "entry", entry == null ? null : entry.getEntry());
        JsonAnswer.text(out, "what", entry == null ? null : entry.getWhat());
        out.writeEndObject();
      }
      out.writeEndArray();
      if (lines.next() > 0) {
        out.writeStringField("next", PATH + "?cursor=" + lines.next() + "&limit=" + limit);
      }
    });
  }
}
