package dev.tidings.node.inbox;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroDeserializer;
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
  private final ThreadLocal<AvroDeserializer<Delivery>> deserializers;
  private final ExecutorService threads;

  /**
   * @param deserializers makes one for each thread
   */
  public ParkedReader(int threads, Supplier<AvroDeserializer<Delivery>> deserializers) {
    this.deserializers = ThreadLocal.withInitial(deserializers);
    this.threads =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("inbox-reader-", 0).daemon().factory());
  }

  /** What to read: see {@link ParkedStore#read}. */
  public record Page(byte[] device, long from, long to, long remaining, int limit) {}

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
    try {
      threads.execute(() -> {
        try {
          then.accept(decode(store, page), null);
        } catch (RuntimeException e) {
          then.accept(null, e);
        }
      });
    } catch (RejectedExecutionException e) {
      then.accept(null, e);
    }
  }

  private List<Parked> decode(ParkedStore store, Page page) {
    List<ParkedStore.Stored> stored =
        store.read(page.device(), page.from(), page.to(), page.remaining(), page.limit());
    List<Parked> parked = new ArrayList<>(stored.size());
    for (ParkedStore.Stored entry : stored) {
      try {
        parked.add(new Parked.Waiting(entry.sequence(), deserializers.get().read(entry.value())));
      } catch (UnreadableRecordException e) {
        parked.add(
            new Parked.Garbled(entry.sequence(), entry.value(), String.valueOf(e.getMessage())));
      }
    }
    return parked;
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
