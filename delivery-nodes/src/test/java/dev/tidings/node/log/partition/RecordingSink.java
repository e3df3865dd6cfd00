package dev.tidings.node.log.partition;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A partition that keeps the sequences of what arrives, and takes as much memory as it is told. */
public final class RecordingSink implements DeliverySink {
  private final List<Long> arrived = new CopyOnWriteArrayList<>();
  private volatile @Nullable Life life;
  private volatile long bytes;

  /** So far, in order. */
  public List<Long> arrived() {
    return arrived;
  }

  /** Says how much memory it takes. */
  public void takes(long memory) {
    bytes = memory;
  }

  @Override
  public @Nullable Life life() {
    return life;
  }

  @Override
  public long highestParked() {
    return -1;
  }

  @Override
  public void beginsAt(Life begins, CommitPoint committed) {
    life = begins;
  }

  @Override
  public void arrived(List<Entry> entries, long next) {
    entries.forEach(entry -> arrived.add(entry.sequence()));
  }

  @Override
  public void ended(Entry entry) {}

  @Override
  public long bytes() {
    return bytes;
  }
}
