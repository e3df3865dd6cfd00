package dev.tidings.ingest.erase;

import dev.tidings.ingest.erase.DeviceErasures.Known;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.service.table.InMemoryTable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The latest erasures, in memory, by their ids. If they take more of it than they may, the oldest
 * leave. Kept without what nobody is told: the tokens that end. Written by the thread that reads
 * the topic, read by all.
 */
final class ErasureTable extends InMemoryTable<ErasureTable.Change> {
  /** An erasure without its names, and a step. */
  private static final int ENTRY_BYTES = 320;

  private static final int STEP_BYTES = 150;

  private final long mostBytes;
  private final Map<String, Known> known = new LinkedHashMap<>();
  private final SharedLists apps = new SharedLists();
  private long entryBytes;

  /** A record of the topic; null for a tombstone. */
  record Change(String id, @Nullable Known known) {}

  /**
   * @param mostBytes how much memory they may take, roughly
   */
  ErasureTable(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Reads a record; fences, which have no device, are not erasures. */
  static Change change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<Erasure> deserializer) {
    if (record.value() == null
        && record.key().length > 1
        && record.key()[0] == 0
        && record.key()[1] == 0) {
      return new Change("", null);
    }
    DeviceKey key = DeviceKey.parse(record.key());
    byte @Nullable [] value = record.value();
    return new Change(
        key.name(),
        value == null ? null : new Known(key.name(), key.device(), deserializer.read(value)));
  }

  synchronized Optional<Known> find(String id) {
    return Optional.ofNullable(known.get(id));
  }

  synchronized int size() {
    return known.size();
  }

  /** Returns how much memory they take, roughly. */
  synchronized long bytes() {
    return entryBytes + apps.bytes();
  }

  /** It is in the log, and may not have been read yet. */
  synchronized void requested(Known erasure) {
    if (!known.containsKey(erasure.id())) {
      put(erasure);
    }
  }

  /** One that is known stays in its place: it is as old as its request. */
  private void put(Known erasure) {
    Known kept = kept(erasure);
    @Nullable Known before = known.put(erasure.id(), kept);
    entryBytes += weight(kept);
    if (before != null) {
      forget(before);
    }
    Iterator<Known> oldest = known.values().iterator();
    while (bytes() > mostBytes && oldest.hasNext()) {
      Known leaving = oldest.next();
      oldest.remove();
      forget(leaving);
    }
  }

  private Known kept(Known read) {
    Erasure erasure = read.erasure();
    @Nullable List<String> ofApps = erasure.getApps();
    return new Known(
        read.id(),
        read.device(),
        new Erasure(
            erasure.getRequestedAt(),
            erasure.getTeam(),
            ofApps == null ? null : apps.take(ofApps),
            erasure.getState(),
            List.of(),
            List.copyOf(erasure.getSteps())));
  }

  private void forget(Known kept) {
    entryBytes -= weight(kept);
    @Nullable List<String> ofApps = kept.erasure().getApps();
    if (ofApps != null) {
      apps.giveBack(ofApps);
    }
  }

  private static long weight(Known kept) {
    Erasure erasure = kept.erasure();
    @Nullable String team = erasure.getTeam();
    return ENTRY_BYTES
        + kept.id().length()
        + 2L * kept.device().value().length()
        + (team == null ? 0 : team.length())
        + STEP_BYTES * (long) erasure.getSteps().size();
  }

  @Override
  protected void take(List<Change> changes, long now) {
    for (Change change : changes) {
      @Nullable Known read = change.known();
      if (read == null) {
        @Nullable Known gone = known.remove(change.id());
        if (gone != null) {
          forget(gone);
        }
      } else {
        put(read);
      }
    }
  }

  @Override
  protected void forgetAll() {
    known.clear();
    apps.clear();
    entryBytes = 0;
  }
}
