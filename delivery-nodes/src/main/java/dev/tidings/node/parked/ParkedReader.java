package dev.tidings.node.parked;

import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads parked entries on threads that may block, for event loops that may not. An entry that
 * cannot be read yet is reported as such, and does not keep others from being read. Thread-safe.
 */
public final class ParkedReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParkedReader.class);

  /** No sequence. */
  public static final long NONE = -1;

  private static final int CHUNK = 64;

  /** Entries skipped per turn, so that other readers get theirs soon. */
  private static final int PASSED_OVER_AT_ONCE = 512;

  private final ThreadLocal<DeliveryDeserializer> deliveries;
  private final RevokedCheck revoked;
  private final NotReadYet unread;
  private final Consumer<Throwable> failures;
  private final ThreadPoolExecutor threads;

  /**
   * @param deliveries creates a decoder for each thread
   * @param revoked called for each entry, so that the event loop has the result
   * @param unread notified of entries that cannot be read yet
   * @param failures called with each failure, because damage in a store is permanent
   */
  public ParkedReader(
      int threads,
      Supplier<DeliveryDeserializer> deliveries,
      RevokedCheck revoked,
      NotReadYet unread,
      Consumer<Throwable> failures) {
    this(
        threads,
        deliveries,
        revoked,
        unread,
        failures,
        Thread.ofPlatform().name("inbox-reader-", 0).daemon().factory());
  }

  ParkedReader(
      int threads,
      Supplier<DeliveryDeserializer> deliveries,
      RevokedCheck revoked,
      NotReadYet unread,
      Consumer<Throwable> failures,
      ThreadFactory named) {
    this.revoked = revoked;
    this.unread = unread;
    this.failures = failures;
    this.deliveries = ThreadLocal.withInitial(deliveries);
    this.threads =
        new ThreadPoolExecutor(
            threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named);
    // Later the host may have none left.
    this.threads.prestartAllCoreThreads();
  }

  /** The range to read: see {@link ParkedStore#read}. */
  public record Page(byte[] device, long from, long to, long remaining, int limit) {}

  /** An entry found at the requested place. */
  public record Found(InboxKey inboxKey, Parked parked) {}

  /**
   * Reads a page.
   *
   * @param then called on a reading thread with the entries, or with the failure, after which the
   *     read may be retried
   */
  public void read(
      ParkedStore store,
      Page page,
      BiConsumer<@Nullable List<Parked>, @Nullable RuntimeException> then) {
    run(() -> page(store, page), then);
  }

  /**
   * The entries of some apps.
   *
   * @param last the last sequence of the scanned part of the page
   * @param seen the number of entries scanned, of any app
   * @param unread the first entry that cannot be read yet; {@link #NONE} if there is none
   */
  public record Some(List<Parked> entries, long last, int seen, long unread) {}

  /**
   * Reads the entries of a page that are of some apps. Skips the others for a moment at most:
   * further entries may follow then.
   *
   * @param passing whether entries that cannot be read yet are skipped; if not, the page ends
   *     before the first
   * @param apps decides whether an app's entries are wanted
   * @param then as in {@link #read}
   */
  public void readSome(
      ParkedStore store,
      Page page,
      boolean passing,
      Predicate<String> apps,
      BiConsumer<@Nullable Some, @Nullable RuntimeException> then) {
    run(() -> some(store, page, passing, apps), then);
  }

  /** Reads single entries, and omits those that are not stored; otherwise as {@link #read}. */
  public void find(
      ParkedStore store,
      List<InboxKey> places,
      BiConsumer<@Nullable List<Found>, @Nullable RuntimeException> then) {
    run(() -> found(store, places), then);
  }

  <T> void run(Supplier<T> read, BiConsumer<@Nullable T, @Nullable RuntimeException> then) {
    try {
      threads.execute(() -> {
        T entries;
        try {
          entries = read.get();
        } catch (RuntimeException e) {
          failures.accept(e);
          then.accept(null, e);
          return;
        }
        then.accept(entries, null);
      });
    } catch (RejectedExecutionException e) {
      then.accept(null, e);
    } catch (OutOfMemoryError e) {
      // No thread can be started in place of one that died: the read may be retried.
      then.accept(null, new RejectedExecutionException(e));
    }
  }

  private List<Parked> page(ParkedStore store, Page page) {
    List<ParkedStore.Stored> stored =
        store.read(page.device(), page.from(), page.to(), page.remaining(), page.limit());
    DeviceId device = DeviceId.ofKey(page.device());
    Set<String> looked = new HashSet<>();
    List<Parked> parked = new ArrayList<>(stored.size());
    for (ParkedStore.Stored entry : stored) {
      parked.add(decode(device, entry, looked));
    }
    return parked;
  }

  private Some some(ParkedStore store, Page page, boolean passing, Predicate<String> apps) {
    DeviceId device = DeviceId.ofKey(page.device());
    Set<String> looked = new HashSet<>();
    List<Parked> wanted = new ArrayList<>();
    long from = page.from();
    long remaining = page.remaining();
    int seen = 0;
    long unreadFirst = NONE;
    while (seen < PASSED_OVER_AT_ONCE) {
      // The first read is for the wanted number of entries: usually all are of the apps.
      int limit = seen == 0 ? page.limit() : Math.max(page.limit(), CHUNK);
      List<ParkedStore.Stored> stored =
          store.read(page.device(), from, page.to(), Math.max(1, remaining), limit);
      for (ParkedStore.Stored entry : stored) {
        Parked parked = decode(device, entry, looked);
        if (parked instanceof Parked.SchemaMissing && !passing) {
          return new Some(wanted, entry.sequence() - 1, seen, entry.sequence());
        }
        seen++;
        from = entry.sequence() + 1;
        if (parked instanceof Parked.SchemaMissing && unreadFirst == NONE) {
          unreadFirst = entry.sequence();
        }
        if (isWanted(parked, apps)) {
          wanted.add(parked);
          if (wanted.size() == page.limit()) {
            return new Some(wanted, entry.sequence(), seen, unreadFirst);
          }
        }
      }
      if (stored.size() < limit) {
        return new Some(wanted, page.to(), seen, unreadFirst);
      }
      remaining -= stored.size();
    }
    return new Some(wanted, from - 1, seen, unreadFirst);
  }

  /** An entry that can never be read becomes a dead letter, whichever app it is for. */
  private static boolean isWanted(Parked parked, Predicate<String> apps) {
    return switch (parked) {
      case Parked.Valid valid -> apps.test(valid.delivery().getApp());
      case Parked.Unreadable unreadable -> true;
      case Parked.SchemaMissing schemaMissing -> false;
    };
  }

  private List<Found> found(ParkedStore store, List<InboxKey> places) {
    List<Found> found = new ArrayList<>(places.size());
    for (InboxKey inboxKey : places) {
      ParkedStore.@Nullable Stored entry = store.read(inboxKey);
      if (entry != null) {
        found.add(new Found(inboxKey, decode(inboxKey.device(), entry, new HashSet<>())));
      }
    }
    return found;
  }

  /**
   * @param looked the tokens that have been looked up already
   */
  private Parked decode(DeviceId device, ParkedStore.Stored entry, Set<String> looked) {
    Delivery delivery;
    try {
      delivery = deliveries.get().read(entry.value());
    } catch (UnreadableRecordException e) {
      return e.isSchemaUnknown() ? unread(device, entry, e) : unreadable(entry, e.getMessage());
    } catch (RegistryException e) {
      return unread(device, entry, e);
    } catch (RuntimeException e) {
      // No defect of an entry may block the others.
      return unreadable(entry, e.toString());
    }
    String token = delivery.getToken();
    try {
      if (!looked.contains(token) && revoked.isRevoked(device, delivery.getApp(), token)) {
        LOG.debug("device {}: {} is for a revoked token", device, delivery.getId());
      }
    } catch (SerializationException e) {
      // Only whether it may be sent cannot be determined.
      return unread(device, entry, e);
    }
    looked.add(token);
    return new Parked.Valid(entry.sequence(), delivery, entry.value().length);
  }

  private Parked unread(DeviceId device, ParkedStore.Stored entry, RuntimeException why) {
    String text = String.valueOf(why.getMessage());
    unread.tell(device, entry.sequence(), text);
    return new Parked.SchemaMissing(entry.sequence(), entry.value(), text);
  }

  private static Parked unreadable(ParkedStore.Stored entry, @Nullable String why) {
    return new Parked.Unreadable(entry.sequence(), entry.value(), String.valueOf(why));
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
