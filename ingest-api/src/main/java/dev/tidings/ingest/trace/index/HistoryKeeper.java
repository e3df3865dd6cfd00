package dev.tidings.ingest.trace.index;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.topic.ReceiptKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows of one partition: one for each receipt of the table, and none for others, but for
 * those that {@link IndexSweep} has yet to find. What the table got without this process, while it
 * was restored, has no rows: so all of the table is walked each time that the partition is
 * assigned. To take the same receipt again changes nothing. For the thread of the table.
 */
public final class HistoryKeeper {
  /** How long the thread works on the index before it reads receipts again. */
  private static final Duration SLICE = Duration.ofMillis(25);

  /** After which a receipt whose schema was not known is looked at again, with all others. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** How many reports that came before their receipt are remembered. */
  private static final int MOST_EARLY = 10_000;

  private final IndexedTable table;
  private final IndexedRows rows;
  private final IndexSweep sweep;
  private final ReceiptFacts.Reading reading;
  private final LongSupplier nanoTime;

  private final Map<ReceiptKey, Boolean> early =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ReceiptKey, Boolean> eldest) {
          return size() > MOST_EARLY;
        }
      };

  private boolean walking = true;
  private @Nullable Bytes walked;
  private boolean left;
  private long ended;

  /**
   * Begins anew, with whatever rows there are.
   *
   * @param retention after which receipts are forgotten
   */
  public HistoryKeeper(
      TimestampedKeyValueStore<Bytes, byte[]> receipts,
      KeyValueStore<Bytes, byte[]> index,
      Duration retention,
      RegistryClient registry,
      LongSupplier nanoTime) {
    this.table = new IndexedTable(receipts);
    this.rows = new IndexedRows(index);
    this.reading = new ReceiptFacts.Reading(registry);
    this.sweep = new IndexSweep(index, table, rows, reading, retention);
    this.nanoTime = nanoTime;
    rows.complete(false);
  }

  /** Takes what has come into the table. */
  public void take(Bytes key, byte[] value) {
    Optional<ReceiptKey> parsed = ReceiptKey.parse(key.get());
    if (parsed.isEmpty() || parsed.get().repeated()) {
      return;
    }
    try {
      Optional<ReceiptFacts> facts = reading.read(value);
      if (facts.isPresent() && parsed.get().isReport()) {
        report(parsed.get(), facts.get());
      } else if (facts.isPresent()) {
        receipt(parsed.get(), facts.get());
      }
    } catch (RegistryException e) {
      left = true;
    }
  }

  private void receipt(ReceiptKey receipt, ReceiptFacts facts) {
    Optional<IndexKey> key = IndexKey.of(facts.app(), facts.at(), receipt);
    if (key.isEmpty()) {
      return;
    }
    @Nullable IndexRow before = rows.get(key.get());
    int reports = before == null ? 0 : before.reports();
    if (early.containsKey(receipt) && facts.pushed()) {
      early.remove(receipt);
      reports |= reports(receipt, facts);
    }
    rows.put(
        key.get(), before, new IndexRow(facts.outcome(), reports, IndexRow.device(facts.device())));
  }

  /** Returns what stands beside a receipt already. */
  private int reports(ReceiptKey receipt, ReceiptFacts facts) {
    int found = 0;
    for (ReceiptKey.Kind kind : ReceiptKey.Kind.values()) {
      ReceiptKey key = new ReceiptKey(receipt.id(), receipt.mark(), kind);
      byte @Nullable [] value = key.isReport() ? table.get(Bytes.wrap(key.bytes())) : null;
      if (value != null && reading.read(value).filter(facts::isOf).isPresent()) {
        found |= IndexRow.bit(kind);
      }
    }
    return found;
  }

  /** What a device tells counts beside the receipt of what was pushed to it, as in a trace. */
  private void report(ReceiptKey report, ReceiptFacts told) {
    ReceiptKey receipt = new ReceiptKey(report.id(), report.mark(), ReceiptKey.Kind.FIRST);
    byte @Nullable [] value = table.get(Bytes.wrap(receipt.bytes()));
    Optional<ReceiptFacts> facts = value == null ? Optional.empty() : reading.read(value);
    boolean isTold = report.kind() == ReceiptKey.Kind.WITHDRAWN;
    if (facts.isEmpty() || !(facts.get().pushed() || isTold)) {
      early.put(receipt, true);
      return;
    }
    Optional<IndexKey> key = IndexKey.of(facts.get().app(), facts.get().at(), receipt);
    if (key.isEmpty() || !facts.get().isOf(told)) {
      return;
    }
    @Nullable IndexRow before = rows.get(key.get());
    rows.put(
        key.get(),
        before,
        new IndexRow(
            facts.get().outcome(),
            (before == null ? 0 : before.reports()) | IndexRow.bit(report.kind()),
            IndexRow.device(facts.get().device())));
  }

  /**
   * Goes on with what there is to do, for a moment: called again and again.
   *
   * @param nowMillis since the epoch
   */
  public void goOn(long nowMillis) {
    long began = nanoTime.getAsLong();
    if (!walking && left && began - ended >= PATIENCE.toNanos()) {
      walking = true;
    }
    if (!walking) {
      sweep.goOn(nowMillis, () -> nanoTime.getAsLong() - began >= SLICE.toNanos());
      return;
    }
    if (walked == null) {
      left = false;
    }
    walked = table.walk(walked, this::take, () -> nanoTime.getAsLong() - began >= SLICE.toNanos());
    if (walked == null) {
      walking = false;
      ended = nanoTime.getAsLong();
      rows.complete(true);
    }
  }
}
