package dev.tidings.node.log.partition;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A partition that keeps the sequences of what arrives, and nothing else. */
public final class RecordingSink implements DeliverySink {
  private final List<Long> arrived = new CopyOnWriteArrayList<>();

  /** So far, in order. */
  public List<Long> arrived() {
    return arrived;
  }

  @Override
  public @Nullable Life life() {
    return null;
  }

  @Override
  public long highestParked() {
    return -1;
  }

  @Override
  public void beginsAt(Life life, CommitPoint committed) {}

  @Override
  public void arrived(List<Entry> entries, long next) {
    entries.forEach(entry -> arrived.add(entry.sequence()));
  }

  @Override
  public void ended(Entry entry) {}

  @Override
  public long bytes() {
    return 0;
  }
}
