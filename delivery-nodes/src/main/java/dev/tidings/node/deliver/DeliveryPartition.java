package dev.tidings.node.deliver;

import dev.tidings.node.inbox.InboxNews;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.inbox.ParkedStore;
import dev.tidings.node.log.DeliverySink;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Farewell;
import dev.tidings.node.session.Refusal;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One partition this node owns: the hot window, the inboxes of its devices, and who is connected.
 * Its state is confined to one event loop; what others call hops there. It is longer than most
 * because it is the one place where the order of a device's notifications is decided.
 */
final class DeliveryPartition implements DeliverySink, InboxNews {
  private static final String AWAY = "the device is away";
  private static final String SLOW = "the device has not confirmed in time";
  private static final String BEHIND = "older notifications of the device wait";

  private final EventExecutor loop;
  private final DeliveryRules rules;
  private final Endings endings;
  private final Sender sender;
  private final NodeMeters meters;
  private final Map<DeviceId, DeviceInbox> inboxes = new HashMap<>();
  private final byte[] fence;
  private final Runnable whenOpen;
  private final Consumer<CommitPoint> commits;

  private volatile @Nullable Window window;
  private volatile boolean open;
  private CommitPoint committed = new CommitPoint(0, new BitSet());
  private boolean changed;
  private boolean closed;
  private @Nullable ScheduledFuture<?> ticks;

  /**
   * @param endings made for the callback that resolves an entry once its receipt stands
   * @param whenOpen called on the loop when all that was parked before stands in the store
   * @param commits takes what is to be committed; must not block
   */
  DeliveryPartition(
      int number,
      EventExecutor loop,
      DeliveryRules rules,
      ParkedStore store,
      Map<DeviceId, ParkedRange> index,
      ParkedReader reader,
      Function<DeliveryPartition, Endings> endings,
      NodeMeters meters,
      byte[] fence,
      Runnable whenOpen,
      Consumer<CommitPoint> commits) {
    this.loop = loop;
    this.rules = rules;
    this.meters = meters;
    this.fence = fence;
    this.whenOpen = whenOpen;
    this.commits = commits;
    this.endings = endings.apply(this);
    this.sender = new Sender(number, loop, store, reader, this.endings, meters, () -> open);
    index.forEach((device, parked) -> inboxes.put(device, new DeviceInbox(device, parked)));
  }

  /** Runs on the partition's loop, at once if this is it. */
  void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  boolean isOpen() {
    return open;
  }

  // ---- The hot window -------------------------------------------------------------------------

  @Override
  public void beginsAt(CommitPoint point) {
    loop.execute(() -> {
      committed = point;
      window = new Window(point.low());
    });
  }

  @Override
  public long bytes() {
    Window current = window;
    return current == null ? 0 : current.bytes();
  }

  @Override
  public void arrived(List<Entry> entries, long next) {
    loop.execute(() -> take(entries, next));
  }

  private void take(List<Entry> entries, long next) {
    Window current = window;
    if (closed || current == null) {
      return;
    }
    meters.arrived(entries.size());
    changed = true;
    Set<DeviceInbox> touched = new LinkedHashSet<>();
    for (Entry entry : entries) {
      if (committed.isResolved(entry.sequence())) {
        current.skip(entry.sequence());
      } else {
        current.add(entry);
        if (entry.state() != Entry.State.OPEN) {
          continue;
        }
        DeviceInbox inbox = inbox(entry.device());
        take(inbox, entry);
        touched.add(inbox);
      }
    }
    current.skip(next - 1);
    touched.forEach(sender::pull);
  }

  private void take(DeviceInbox inbox, Entry entry) {
    Expiration expiration = Expiration.ofField(entry.delivery().getExpiration());
    DeviceSession session = inbox.session();
    if (expiration.hasPassed(endings.now())) {
      endings.expire(inbox, entry, "its expiration has passed");
    } else if (session == null) {
      parkOrExpire(inbox, entry, null, AWAY);
    } else if (!session.isBehind() && entry.sequence() > inbox.parked().high()) {
      inbox.opens(entry);
    } else if (!expiration.isOnce()) {
      // What is still hot is older: parked first, it keeps its place.
      parkOpen(inbox, BEHIND);
      endings.park(inbox, entry, null, BEHIND);
    } else if (session.room() > 0) {
      // One attempt is made at once: what is not stored can't keep its place behind what is.
      sender.pushAhead(session, entry);
    } else {
      endings.expire(inbox, entry, "one attempt was asked for, and the device has no credit");
    }
  }

  /** What may be attempted once only is not stored. */
  private void parkOrExpire(DeviceInbox inbox, Entry entry, @Nullable Long pushedAt, String why) {
    if (Expiration.ofField(entry.delivery().getExpiration()).isOnce()) {
      endings.expire(inbox, entry, "one attempt was asked for: " + why);
    } else {
      endings.park(inbox, entry, pushedAt, why);
    }
  }

  @Override
  public void ended(Entry entry) {
    loop.execute(() -> resolve(entry));
  }

  private void resolve(Entry entry) {
    Window current = window;
    if (!closed && current != null) {
      current.resolve(entry);
      changed = true;
      dropIfIdle(entry.device());
    }
  }

  // ---- Sessions -------------------------------------------------------------------------------

  void attach(DeviceId device, DeviceLink link, int credit) {
    run(() -> {
      if (closed) {
        link.refused(Refusal.NOT_HERE);
        return;
      }
      DeviceInbox inbox = inbox(device);
      DeviceSession displaced = inbox.session();
      DeviceSession session = new DeviceSession(this, inbox, link, credit);
      inbox.session(session);
      if (displaced != null) {
        displaced.link().close(Farewell.TAKEN_OVER);
        reopen(inbox, displaced);
      }
      if (session.isBehind()) {
        parkOpen(inbox, BEHIND);
      }
      link.attached(session);
      sender.pull(inbox);
    });
  }

  /** What was in flight to a displaced connection is sent over the new one. */
  private static void reopen(DeviceInbox inbox, DeviceSession displaced) {
    List<Entry> hot = new ArrayList<>();
    for (Sent sent : displaced.inFlight().drain()) {
      Entry entry = sent.entry();
      if (entry != null && sent.isHot()) {
        hot.add(entry);
      }
    }
    inbox.reopens(hot);
  }

  void detached(DeviceSession session) {
    DeviceInbox inbox = session.inbox();
    if (closed || inbox.session() != session) {
      return;
    }
    inbox.session(null);
    for (Sent sent : session.inFlight().drain()) {
      Entry entry = sent.entry();
      if (entry == null || !sent.isHot()) {
        continue;
      }
      if (Expiration.ofField(sent.delivery().getExpiration()).isOnce()) {
        endings.expireSent(inbox, sent, "one attempt was asked for, and it was not confirmed");
      } else {
        endings.park(inbox, entry, sent.at(), AWAY);
      }
    }
    parkOpen(inbox, AWAY);
    dropIfIdle(inbox.device());
  }

  private void parkOpen(DeviceInbox inbox, String why) {
    @Nullable Entry entry;
    while ((entry = inbox.pollOpen()) != null) {
      parkOrExpire(inbox, entry, null, why);
    }
  }

  void confirmed(DeviceSession session, int packetId) {
    @Nullable Sent sent = closed ? null : session.inFlight().remove(packetId);
    if (sent != null) {
      endings.confirm(session.inbox(), sent);
      sender.pull(session.inbox());
    }
  }

  void undeliverable(DeviceSession session, int packetId, String why) {
    @Nullable Sent sent = closed ? null : session.inFlight().remove(packetId);
    if (sent != null) {
      endings.reject(session.inbox(), sent, why);
      sender.pull(session.inbox());
    }
  }

  // ---- The parked inbox -------------------------------------------------------------------------

  @Override
  public void stands(DeviceId device, long sequence, boolean anew) {
    loop.execute(() -> {
      DeviceInbox inbox = inbox(device);
      @Nullable Entry entry = inbox.stands(sequence);
      if (anew) {
        inbox.parked().add(sequence);
        if (inbox.session() != null) {
          inbox.session().stands(sequence);
        }
      }
      if (entry != null) {
        resolve(entry);
      }
      sender.pull(inbox);
    });
  }

  @Override
  public void gone(DeviceId device, long sequence, boolean stood) {
    loop.execute(() -> {
      DeviceInbox inbox = inbox(device);
      inbox.gone(sequence, stood);
      if (stood && inbox.session() != null) {
        inbox.session().gone(sequence);
      }
      sender.pull(inbox);
      dropIfIdle(device);
    });
  }

  @Override
  public void fencePassed(byte[] key) {
    if (Arrays.equals(key, fence)) {
      loop.execute(this::open);
    }
  }

  // ---- Its life -------------------------------------------------------------------------------

  private void open() {
    if (closed || open) {
      return;
    }
    open = true;
    long every = rules.commitInterval().toMillis();
    ticks = loop.scheduleAtFixedRate(this::tick, every, every, TimeUnit.MILLISECONDS);
    whenOpen.run();
    List.copyOf(inboxes.values()).forEach(sender::pull);
  }

  private void tick() {
    Window current = window;
    if (current == null || closed) {
      return;
    }
    parkOverdue(current);
    if (changed) {
      changed = false;
      commits.accept(current.commitPoint());
    }
  }

  private void parkOverdue(Window current) {
    for (Entry entry : current.overdue(endings.now() - rules.parkAfter().toMillis())) {
      DeviceInbox inbox = inbox(entry.device());
      if (entry.state() == Entry.State.OPEN) {
        parkOpen(inbox, SLOW);
      } else if (entry.state() == Entry.State.SENT) {
        // It stays in flight; a confirmation that comes late finds where it went.
        parkOrExpire(inbox, entry, entry.sentAt(), SLOW);
      }
      sender.pull(inbox);
    }
  }

  /** Says good-bye to the devices, as if they had gone: what they have not confirmed is parked. */
  void disconnect(Farewell farewell) {
    run(() -> {
      for (DeviceInbox inbox : List.copyOf(inboxes.values())) {
        DeviceSession session = inbox.session();
        if (session != null) {
          session.link().close(farewell);
          detached(session);
        }
      }
    });
  }

  /**
   * Lets go of everything.
   *
   * @return completes on the loop, with what is to be committed last
   */
  CompletableFuture<@Nullable CommitPoint> close(Farewell farewell) {
    CompletableFuture<@Nullable CommitPoint> last = new CompletableFuture<>();
    run(() -> {
      closed = true;
      open = false;
      if (ticks != null) {
        ticks.cancel(false);
      }
      for (DeviceInbox inbox : inboxes.values()) {
        if (inbox.session() != null) {
          inbox.session().link().close(farewell);
        }
      }
      inboxes.clear();
      Window current = window;
      last.complete(current == null ? null : current.commitPoint());
    });
    return last;
  }

  private DeviceInbox inbox(DeviceId device) {
    return inboxes.computeIfAbsent(device, id -> new DeviceInbox(id, new ParkedRange()));
  }

  private void dropIfIdle(DeviceId device) {
    @Nullable DeviceInbox inbox = inboxes.get(device);
    if (inbox != null && inbox.isIdle()) {
      inboxes.remove(device);
    }
  }
}
