package dev.tidings.ingest.audit;

import dev.tidings.ingest.earlier.KnownReceipts.Presence;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.topic.ReceiptKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this process audits: which records it has compared with the receipts, and
 * what was missing. Confined to one thread; it blocks.
 */
final class AuditReading {
  /** How many receipts are asked for at once. */
  private static final int AT_ONCE = 500;

  private static final long LOG_KEEPS_MILLIS = Duration.ofDays(7).toMillis();

  private final AcceptedReader reader;
  private final Receipts receipts;
  private final Horizon horizon;

  /** The log deletes whole segments: receipts may be gone for a while before notifications are. */
  private final long auditedMillis;

  private final Map<Integer, AuditedPartition> partitions = new HashMap<>();
  private final Set<Integer> waiting = new HashSet<>();
  private long checked;

  /** Tells which receipts there are. */
  @FunctionalInterface
  interface Receipts {
    List<Presence> look(List<ReceiptKey> keys) throws InterruptedException;
  }

  /**
   * @param keptMillis how long a receipt can be found
   */
  AuditReading(AcceptedReader reader, Receipts receipts, Horizon horizon, long keptMillis) {
    this.auditedMillis = Math.min(keptMillis, LOG_KEEPS_MILLIS) / 7 * 6;
    this.reader = reader;
    this.receipts = receipts;
    this.horizon = horizon;
  }

  /**
   * Begins with a partition, where the last process has left it, or at the present.
   *
   * @param committed null if nobody has audited it
   * @param beginning the first offset that the log still has
   * @return the offset to begin at
   */
  long assigned(
      int partition,
      @Nullable OffsetAndMetadata committed,
      Uuid topic,
      long beginning,
      long end,
      long now) {
    Optional<AuditState> state =
        committed == null ? Optional.empty() : AuditState.parse(committed.metadata());
    AuditedPartition made;
    if (committed == null
        || state.isEmpty()
        || !state.get().topic().equals(topic)
        || committed.offset() > end) {
      made = AuditedPartition.anew(topic, end, now);
    } else {
      made = AuditedPartition.from(state.get(), Math.max(beginning, committed.offset()));
      if (committed.offset() < beginning) {
        made.skipped(now);
      }
    }
    partitions.put(partition, made);
    return made.position();
  }

  void revoked(int partition) {
    partitions.remove(partition);
    waiting.remove(partition);
  }

  void clear() {
    partitions.clear();
    waiting.clear();
  }

  /** Returns whether more of a partition is to be read now. */
  boolean isWanted(int partition) {
    @Nullable AuditedPartition of = partitions.get(partition);
    return of != null
        && of.position() < horizon.of(partition)
        && !of.isFull()
        && !waiting.contains(partition);
  }

  /** Returns the offset of a partition that comes next; 0 if it is not audited here. */
  long position(int partition) {
    @Nullable AuditedPartition of = partitions.get(partition);
    return of == null ? 0 : of.position();
  }

  /** What could not be read or looked up is tried again. */
  void tryAgain() {
    waiting.clear();
  }

  /**
   * Compares records with the receipts.
   *
   * @param count how many partitions there are
   * @param behind the offset behind all that was read of the partition
   * @return the offset to go on with
   */
  long take(
      int partition, int count, List<ConsumerRecord<byte[], byte[]>> records, long behind, long now)
      throws InterruptedException {
    @Nullable AuditedPartition of = partitions.get(partition);
    if (of == null) {
      return behind;
    }
    long limit = horizon.of(partition);
    long stop = Math.max(of.position(), Math.min(behind, limit));
    List<Accepted> accepted = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.offset() >= limit) {
        break;
      }
      checked++;
      if (record.timestamp() < now - auditedMillis) {
        of.skipped(record.timestamp());
        continue;
      }
      try {
        reader.read(record, count).ifPresent(accepted::add);
      } catch (RegistryException e) {
        stop = record.offset();
        waiting.add(partition);
        break;
      }
    }
    long unknown = compare(of, accepted);
    if (unknown >= 0) {
      waiting.add(partition);
      stop = unknown;
    }
    of.moveTo(stop);
    if (stop >= limit) {
      of.reached(horizon.time());
    }
    return stop;
  }

  /** Returns the offset of the first one of which nothing can be known now; -1 if there is none. */
  private long compare(AuditedPartition of, List<Accepted> all) throws InterruptedException {
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<Accepted> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      List<ReceiptKey> keys = new ArrayList<>(some.size());
      for (Accepted each : some) {
        keys.add(each.receipt());
      }
      List<Presence> found = receipts.look(keys);
      for (int i = 0; i < some.size(); i++) {
        switch (found.get(i)) {
          case THERE -> of.found(some.get(i).offset());
          case NONE -> of.missing(some.get(i), horizon.rounds());
          case UNKNOWN -> {
            return some.get(i).offset();
          }
        }
      }
    }
    return -1;
  }

  /** There is a new horizon: what was missing at the last one may have its receipt by now. */
  void lookAgain(long now, BooleanSupplier closing) throws InterruptedException {
    for (Map.Entry<Integer, AuditedPartition> each : partitions.entrySet()) {
      AuditedPartition of = each.getValue();
      if (of.position() >= horizon.of(each.getKey())) {
        of.reached(horizon.time());
      }
      List<Accepted> missing = of.missing(now - LOG_KEEPS_MILLIS);
      for (int from = 0; from < missing.size() && !closing.getAsBoolean(); from += AT_ONCE) {
        compare(of, missing.subList(from, Math.min(missing.size(), from + AT_ONCE)));
      }
    }
  }

  /** Returns where each partition is to be gone on with, by whoever has it then. */
  Map<Integer, OffsetAndMetadata> places() {
    Map<Integer, OffsetAndMetadata> places = new HashMap<>();
    partitions.forEach((partition, of) -> {
      AuditState state = of.state();
      places.put(partition, new OffsetAndMetadata(of.resume(state), state.text()));
    });
    return places;
  }

  /** Returns how many notifications have no receipt, for certain. */
  int differences() {
    return partitions.values().stream().mapToInt(AuditedPartition::differences).sum();
  }

  /** Returns up to when all partitions are audited, in ms since the epoch; now if there is none. */
  long until(long now) {
    return partitions.values().stream().mapToLong(AuditedPartition::until).min().orElse(now);
  }

  /** Returns how many records were read. */
  long checked() {
    return checked;
  }
}
