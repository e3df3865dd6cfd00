package dev.tidings.node.inbox;

import dev.tidings.node.log.Deliveries;
import dev.tidings.schemas.registry.UnreadableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads parked entries on threads that may block, for event loops that may not. Thread-safe. */
public final class ParkedReader implements AutoCloseable {
  private final ThreadLocal<Deliveries> deliveries;
  private final ExecutorService threads;

  /**
   * @param deliveries makes one for each thread
   */
  public ParkedReader(int threads, Supplier<Deliveries> deliveries) {
    this.deliveries = ThreadLocal.withInitial(deliveries);
    this.threads =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("inbox-reader-", 0).daemon().factory());
  }

  /** What to read: see {@link ParkedStore#read}. */
  public record Page(byte[] device, long from, long to, long remaining, int limit) {}

  /** An entry found where it was looked for. */
  public record Found(Place place, Parked parked) {}

  /**
   * Reads a page.
   *
   * @param then called on a reading thread with the entries, or with what went wrong: then it may
   *     be tried again
   */
  public void read(
      ParkedStore store,
      Page page,
      BiConsumer<@Nullable List<Parked>, @Nullable RuntimeException> then) {
    run(() -> page(store, page), then);
  }

  /** Reads single entries, and leaves out those that do not stand; else as {@link #read}. */
  public void find(
      ParkedStore store,
      List<Place> places,
      BiConsumer<@Nullable List<Found>, @Nullable RuntimeException> then) {
    run(() -> found(store, places), then);
  }

  private <T> void run(
      Supplier<List<T>> read, BiConsumer<@Nullable List<T>, @Nullable RuntimeException> then) {
    try {
      threads.execute(() -> {
        List<T> entries;
        try {
          entries = read.get();
        } catch (RuntimeException e) {
          then.accept(null, e);
          return;
        }
        then.accept(entries, null);
      });
    } catch (RejectedExecutionException e) {
      then.accept(null, e);
    }
  }

  private List<Parked> page(ParkedStore store, Page page) {
    List<ParkedStore.Stored> stored =
        store.read(page.device(), page.from(), page.to(), page.remaining(), page.limit());
    List<Parked> parked = new ArrayList<>(stored.size());
    for (ParkedStore.Stored entry : stored) {
      parked.add(decode(entry));
    }
    return parked;
  }

  private List<Found> found(ParkedStore store, List<Place> places) {
    List<Found> found = new ArrayList<>(places.size());
    for (Place place : places) {
      ParkedStore.@Nullable Stored entry = store.read(place);
      if (entry != null) {
        found.add(new Found(place, decode(entry)));
      }
    }
    return found;
  }

  private Parked decode(ParkedStore.Stored entry) {
    try {
      return new Parked.Waiting(
          entry.sequence(), deliveries.get().read(entry.value()), entry.value().length);
    } catch (UnreadableRecordException e) {
      return new Parked.Garbled(entry.sequence(), entry.value(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
