package dev.tidings.ingest.trace.index;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.service.log.SeldomLog;
import dev.tidings.service.rocks.DamagedTableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of one partition: one for each receipt of the table, and none for others, but for
 * those that {@link IndexSweep} has yet to find. What the table got without this process, while it
 * was restored, has no rows: so all of the table is walked each time that the partition is
 * assigned. To take the same receipt again changes nothing. For the thread of the table.
 */
public final class HistoryKeeper {
  /** How many reports that came before their receipt are remembered. */
  private static final int MOST_EARLY = 10_000;

  private final IndexedTable table;
  private final IndexedRows rows;
  private final IndexSweep sweep;
  private final ReceiptFacts.Reading reading;
  private final IndexTime time;

  /** Those without whose rows the index is not whole: no registry answers. */
  private final LeftOut away = new LeftOut();

  /** Those whose schema no registry knows; it may have been about to. */
  private final LeftOut unknown = new LeftOut();

  /** Those of both that are looked at again. */
  private final Deque<Bytes> again = new ArrayDeque<>();

  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(HistoryKeeper.class));

  private final Map<ReceiptKey, Boolean> early =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ReceiptKey, Boolean> eldest) {
          return size() > MOST_EARLY;
        }
      };

  private boolean walking = true;
  private @Nullable Bytes walked;
  private boolean complete;

  /**
   * Begins anew, with whatever rows there are.
   *
   * @param retention after which receipts are forgotten
   * @param time that of the process, for all partitions
   */
  public HistoryKeeper(
      TimestampedKeyValueStore<Bytes, byte[]> receipts,
      KeyValueStore<Bytes, byte[]> index,
      Duration retention,
      RegistryClient registry,
      IndexTime time) {
    this.table = new IndexedTable(receipts);
    this.rows = new IndexedRows(index);
    this.reading = new ReceiptFacts.Reading(registry);
    this.sweep = new IndexSweep(index, table, rows, reading, retention);
    this.time = time;
    rows.complete(false);
  }

  /** Returns what the index needs of a receipt; null if it is none. */
  public @Nullable ReceiptFacts read(byte[] value) {
    try {
      return reading.readIfKnown(value);
    } catch (RuntimeException e) {
      failed(e);
      return null;
    }
  }

  /**
   * Takes what has come into the table. Whatever it is, the table goes on.
   *
   * @param facts what was read of it
   */
  public void take(Bytes key, @Nullable ReceiptFacts facts) {
    try {
      Optional<ReceiptKey> parsed = facts == null ? Optional.empty() : ReceiptKey.parse(key.get());
      if (facts == null || parsed.isEmpty() || parsed.get().repeated()) {
        return;
      }
      if (!facts.isRead()) {
        leave(key, facts);
      } else if (parsed.get().isReport()) {
        report(parsed.get(), facts);
      } else {
        receipt(parsed.get(), facts);
      }
    } catch (DamagedTableException e) {
      throw e;
    } catch (RegistryException e) {
      leave(key, ReceiptFacts.AWAY);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** Removes the row of a receipt that is removed from the table. */
  public void forget(Bytes key, byte[] value) {
    try {
      Optional<ReceiptKey> parsed = ReceiptKey.parse(key.get());
      if (parsed.isEmpty() || parsed.get().isBeside()) {
        return;
      }
      @Nullable ReceiptFacts facts = reading.readIfKnown(value);
      if (facts == null || !facts.isRead()) {
        return;
      }
      Optional<IndexKey> row = IndexKey.of(facts.app(), facts.at(), parsed.get());
      if (row.isPresent()) {
        Bytes bytes = row.get().bytes();
        @Nullable IndexRow before = rows.get(bytes);
        if (before != null) {
          rows.remove(row.get(), bytes, before);
        }
      }
    } catch (DamagedTableException e) {
      throw e;
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void failed(RuntimeException e) {
    failures.error("the index of the history: what is about a receipt is left out", e);
  }

  /** It has no row before its schema is known. */
  private void leave(Bytes key, ReceiptFacts why) {
    if (why.equals(ReceiptFacts.UNKNOWN)) {
      unknown.add(key, time.now());
      return;
    }
    away.add(key, time.now());
    if (complete) {
      say(false);
    }
  }

  private void say(boolean whole) {
    complete = whole;
    rows.complete(whole);
  }

  private void receipt(ReceiptKey receipt, ReceiptFacts facts) {
    Optional<IndexKey> key = IndexKey.of(facts.app(), facts.at(), receipt);
    if (key.isEmpty()) {
      return;
    }
    boolean isAwaited = facts.pushed() && early.remove(receipt) != null;
    put(key.get(), facts, isAwaited ? reports(receipt, facts) : 0);
  }

  private void put(IndexKey key, ReceiptFacts facts, int moreReports) {
    Bytes bytes = key.bytes();
    @Nullable IndexRow before = rows.get(bytes);
    int reports = (before == null ? 0 : before.reports()) | moreReports;
    IndexRow row =
        new IndexRow(facts.outcome(), reports, IndexRow.device(facts.device()), facts.category());
    rows.put(key, bytes, before, row);
  }

  /** Returns what stands beside a receipt already. */
  private int reports(ReceiptKey receipt, ReceiptFacts facts) {
    int found = 0;
    for (ReceiptKey.Kind kind : ReceiptKey.Kind.values()) {
      ReceiptKey key = new ReceiptKey(receipt.id(), receipt.mark(), kind);
      byte @Nullable [] value = key.isReport() ? table.get(Bytes.wrap(key.bytes())) : null;
      @Nullable ReceiptFacts told = value == null ? null : reading.read(value);
      if (told != null && facts.isOf(told)) {
        found |= IndexRow.bit(kind);
      }
    }
    return found;
  }

  /** What a device tells counts beside the receipt of what was pushed to it, as in a trace. */
  private void report(ReceiptKey report, ReceiptFacts told) {
    ReceiptKey receipt = new ReceiptKey(report.id(), report.mark(), ReceiptKey.Kind.FIRST);
    byte @Nullable [] value = table.get(Bytes.wrap(receipt.bytes()));
    @Nullable ReceiptFacts facts = value == null ? null : reading.read(value);
    boolean isTold = report.kind() == ReceiptKey.Kind.WITHDRAWN;
    if (facts == null || !(facts.pushed() || isTold)) {
      early.put(receipt, true);
      return;
    }
    Optional<IndexKey> key = IndexKey.of(facts.app(), facts.at(), receipt);
    if (key.isEmpty() || !facts.isOf(told)) {
      return;
    }
    put(key.get(), facts, IndexRow.bit(report.kind()));
  }

  /**
   * Goes on with what there is to do, for a moment, if it is this partition's turn: called again
   * and again.
   *
   * @param nowMillis since the epoch
   * @return whether there is more to do now
   */
  public boolean goOn(long nowMillis) {
    write();
    if (isBusy(nowMillis)) {
      time.inTurn(this, enough -> work(nowMillis, enough));
    }
    return isBusy(nowMillis) || rows.hasUnwritten();
  }

  /** Returns whether there is something that nobody who reads the index sees before a turn. */
  public boolean hasUnwritten() {
    return rows.hasUnwritten();
  }

  /** Writes what is not written yet. */
  public void write() {
    try {
      rows.write();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private boolean isBusy(long nowMillis) {
    return walking || !again.isEmpty() || isLeft() || sweep.isDue(nowMillis);
  }

  private boolean isLeft() {
    return away.isDue(time.now()) || unknown.isDue(time.now());
  }

  private void work(long nowMillis, BooleanSupplier enough) {
    try {
      if (walking) {
        walk(enough);
      } else if (!again.isEmpty() || isLeft()) {
        lookAgain(enough);
      } else {
        sweep.goOn(nowMillis, enough);
      }
    } catch (DamagedTableException e) {
      throw e;
    } catch (RuntimeException e) {
      failed(e);
      sweep.end(nowMillis);
    }
  }

  private void walk(BooleanSupplier enough) {
    if (walked == null) {
      // All are looked at now.
      away.take();
      unknown.take();
      again.clear();
    }
    walked = table.walk(walked, (key, value) -> take(key, read(value)), enough);
    if (walked == null) {
      walking = false;
      say(!away.isAny());
    }
  }

  private void lookAgain(BooleanSupplier enough) {
    if (again.isEmpty()) {
      walking = away.isMore();
      again.addAll(away.take());
      again.addAll(unknown.take());
    }
    while (!again.isEmpty() && !enough.getAsBoolean()) {
      Bytes key = again.remove();
      byte @Nullable [] value = table.get(key);
      @Nullable ReceiptFacts facts = value == null ? null : read(value);
      // What nobody knows by now is no receipt.
      if (facts != null && !facts.equals(ReceiptFacts.UNKNOWN)) {
        take(key, facts);
      }
    }
    if (!walking && again.isEmpty()) {
      say(!away.isAny());
    }
  }
}
