package dev.tidings.node.look;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.device.Sent;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the devices of one partition: what is hot is read on the partition's loop, what is
 * parked by the threads that read it for delivery. Whoever asks bounds how often. Thread-safe.
 */
public final class PartitionLooks {
  /** Where nothing was found, it is read on for so long: an inbox may be full of other apps'. */
  private static final long MOST_MILLIS = 250;

  private final EventExecutor loop;
  private final BooleanSupplier away;
  private final Inboxes inboxes;
  private final ParkedStore store;
  private final PartitionServices services;
  private final Settlement settlement;

  /**
   * @param away tells on the loop whether the partition is not, or may not be, this node's
   */
  public PartitionLooks(
      EventExecutor loop,
      BooleanSupplier away,
      Inboxes inboxes,
      ParkedStore store,
      PartitionServices services,
      Settlement settlement) {
    this.loop = loop;
    this.away = away;
    this.inboxes = inboxes;
    this.store = store;
    this.services = services;
    this.settlement = settlement;
  }

  /**
   * Looks at a device. Completes on any thread; fails if the partition is given back meanwhile.
   *
   * @param apps whose notifications are looked for
   * @param after the sequence behind which
   * @param limit how many at most; there may be fewer, although more follow
   */
  public CompletableFuture<DeviceLook> look(
      DeviceId device, Predicate<String> apps, long after, int limit) {
    Look look = new Look(device, apps, after, limit);
    look.onLoop(look::begin);
    return look.result;
  }

  private final class Look {
    private final DeviceId device;
    private final Predicate<String> apps;
    private final long after;
    private final int limit;
    private final CompletableFuture<DeviceLook> result = new CompletableFuture<>();
    private final TreeMap<Long, Owed> owed = new TreeMap<>();
    private long begunAt;

    Look(DeviceId device, Predicate<String> apps, long after, int limit) {
      this.device = device;
      this.apps = apps;
      this.after = after;
      this.limit = limit;
    }

    /** Other than the partition's own tasks, one of these may fail without ending anything. */
    void onLoop(Runnable step) {
      try {
        loop.execute(() -> {
          try {
            if (away.getAsBoolean()) {
              throw new IllegalStateException("the partition is not this node's, or may not be");
            }
            step.run();
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
      } catch (RejectedExecutionException e) {
        result.completeExceptionally(e);
      }
    }

    void begin() {
      begunAt = settlement.monotonicNow();
      readOn(after);
    }

    private void readOn(long behind) {
      @Nullable DeviceInbox inbox = inboxes.find(device);
      if (inbox == null) {
        result.complete(DeviceLook.NOTHING);
        return;
      }
      ParkedRange parked = inbox.parked();
      if (parked.isEmpty() || parked.high() <= behind) {
        end(inbox, Long.MAX_VALUE);
        return;
      }
      long high = parked.high();
      services
          .parkedReader()
          .readSome(
              store,
              new ParkedReader.Page(
                  inbox.key(),
                  Math.min(high, Math.max(behind + 1, parked.low())),
                  high,
                  Math.max(1, parked.count()),
                  limit),
              true,
              apps,
              (some, failure) -> onLoop(() -> read(some, failure, high)));
    }

    private void read(
        ParkedReader.@Nullable Some some, @Nullable RuntimeException failure, long high) {
      if (some == null) {
        throw failure == null ? new IllegalStateException("no answer") : failure;
      }
      @Nullable DeviceInbox inbox = inboxes.find(device);
      if (inbox == null) {
        result.complete(DeviceLook.NOTHING);
        return;
      }
      for (Parked entry : some.entries()) {
        if (entry instanceof Parked.Valid valid && !inbox.isLeaving(valid.sequence())) {
          add(inbox, valid.sequence(), valid.delivery(), isInFlight(inbox, valid.sequence()));
        }
      }
      if (some.last() >= high) {
        end(inbox, Long.MAX_VALUE);
      } else if (owed.isEmpty() && settlement.monotonicNow() - begunAt <= MOST_MILLIS) {
        readOn(some.last());
      } else {
        end(inbox, some.last());
      }
    }

    /**
     * Adds what is hot, as far as the store has been read.
     *
     * @param readTo up to which sequence nothing is missing
     */
    private void end(DeviceInbox inbox, long readTo) {
      @Nullable DeviceSession session = inbox.session();
      if (session != null) {
        for (Sent sent : session.inFlight().live()) {
          add(inbox, sent.sequence(), sent.delivery(), true);
        }
      }
      addHot(inbox, inbox.open());
      addHot(inbox, inbox.parking());
      List<Owed> page = new ArrayList<>();
      @Nullable Long next = readTo == Long.MAX_VALUE ? null : readTo;
      for (Owed each : owed.headMap(readTo, true).values()) {
        if (page.size() == limit) {
          next = page.getLast().sequence();
          break;
        }
        page.add(each);
      }
      result.complete(
          new DeviceLook(
              session == null
                  ? null
                  : new DeviceLook.Connection(
                      session.link().description(), session.subscriptions().filters()),
              page,
              next));
    }

    private void addHot(DeviceInbox inbox, Collection<Entry> entries) {
      for (Entry entry : entries) {
        if (entry.state() == Entry.State.OPEN || entry.state() == Entry.State.PARKED) {
          add(inbox, entry.sequence(), entry.delivery(), false);
        }
      }
    }

    /** What is in flight is so whatever else is said of it; what will not be sent waits no more. */
    private void add(DeviceInbox inbox, long sequence, Delivery delivery, boolean inFlight) {
      if (sequence <= after || !apps.test(delivery.getApp())) {
        return;
      }
      boolean ends =
          !inFlight
              && services.dropPolicy().of(inbox, sequence, delivery, settlement.now()) != null;
      if (!ends) {
        owed.merge(
            sequence,
            Owed.of(sequence, delivery, inFlight),
            (known, other) -> known.inFlight() ? known : other);
      }
    }

    private static boolean isInFlight(DeviceInbox inbox, long sequence) {
      return inbox.session() != null && inbox.session().inFlight().contains(sequence);
    }
  }
}
