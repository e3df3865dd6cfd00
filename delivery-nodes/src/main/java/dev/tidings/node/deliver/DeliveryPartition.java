package dev.tidings.node.deliver;

import dev.tidings.node.inbox.InboxNews;
import dev.tidings.node.inbox.Label;
import dev.tidings.node.inbox.LifeRecord;
import dev.tidings.node.inbox.ParkedIndex;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.inbox.ParkedStore;
import dev.tidings.node.log.DeliverySink;
import dev.tidings.node.log.LogWriter;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Farewell;
import dev.tidings.node.session.Refusal;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One partition this node owns: the hot window, the inboxes of its devices, and who is connected.
 * Its state is confined to one event loop; what others call hops there. It is longer than most
 * because everything that happens to a partition comes in here, and in what order is decided here.
 */
final class DeliveryPartition implements DeliverySink, InboxNews {
  private static final long NONE = Long.MAX_VALUE;

  private final int number;
  private final EventExecutor loop;
  private final DeliveryRules rules;
  private final LogWriter log;
  private final NodeMeters meters;
  private final Inboxes inboxes;
  private final Endings endings;
  private final Sender sender;
  private final Intake intake;
  private final Clearance clearance;
  private final RecentDeliveries recent;
  private final byte[] fence;
  private final Runnable whenOpen;
  private final BiConsumer<DeliverySink, CommitPoint> commits;

  /** What stands in the inbox; changed on the loop alone. */
  private final AtomicLong parkedCount = new AtomicLong();

  private final AtomicLong parkedBytes = new AtomicLong();

  /** When the entry arrived that holds the watermark, as of the last tick; {@code NONE}: none. */
  private volatile long oldest = NONE;

  /** What was read and has not come to the loop yet. */
  private final AtomicLong queuedBytes = new AtomicLong();

  private volatile @Nullable Window window;
  private volatile @Nullable Life life;
  private volatile long highestParked = ParkedRange.NONE;
  private volatile Stage stage = Stage.FENCING;
  private CommitPoint committed = new CommitPoint(0, new BitSet());
  private boolean changed;
  private @Nullable ScheduledFuture<?> ticks;

  /** What waits until it is clear whether the partition is still this node's. */
  private final Doubt doubt = new Doubt();

  /**
   * @param index what stands in the store; handed over
   * @param fence written to the inbox by the caller
   * @param whenOpen called on the loop when all that was parked before stands in the store
   * @param commits takes what is to be committed; must not block
   */
  DeliveryPartition(
      int number,
      EventExecutor loop,
      Shared shared,
      ParkedStore store,
      ParkedIndex index,
      byte[] fence,
      Runnable whenOpen,
      BiConsumer<DeliverySink, CommitPoint> commits) {
    this.number = number;
    this.loop = loop;
    this.life = index.life();
    this.log = shared.log();
    this.rules = shared.rules();
    this.meters = shared.meters();
    this.fence = fence;
    this.whenOpen = whenOpen;
    this.commits = commits;
    this.recent = new RecentDeliveries(rules.duplicateWindow());
    index
        .ranges()
        .values()
        .forEach(range -> {
          parkedCount.addAndGet(range.count());
          parkedBytes.addAndGet(range.bytes());
        });
    this.inboxes = new Inboxes(index.ranges());
    this.endings = new Endings(number, shared, this::ended, this::unstorable);
    this.sender =
        new Sender(
            number, loop, store, shared, endings, () -> stage == Stage.SERVING && !doubt.isOpen());
    this.intake =
        new Intake(
            inboxes,
            endings,
            sender,
            shared.judge(),
            new HotShare(rules.windowBytes(), this::bytes));
    this.clearance = new Clearance(loop, shared, inboxes, endings, store, index, doubt::isOpen);
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
    return window != null && (stage == Stage.SERVING || stage == Stage.DRAINING);
  }

  /** How many entries stand in the inbox. */
  long parkedCount() {
    return parkedCount.get();
  }

  /** What they weigh. */
  long parkedBytes() {
    return parkedBytes.get();
  }

  /** How many devices have been found to have parked entries that can't be read yet. */
  int unread() {
    return sender.unread();
  }

  /** How long the oldest entry that is not resolved has been here. */
  Duration oldest() {
    long since = oldest;
    return since == NONE
        ? Duration.ZERO
        : Duration.ofMillis(Math.max(0, endings.evenNow() - since));
  }

  // ---- The hot window -------------------------------------------------------------------------

  @Override
  public @Nullable Life life() {
    return life;
  }

  @Override
  public long highestParked() {
    return highestParked;
  }

  @Override
  public void beginsAt(Life begun, CommitPoint point) {
    // After the entries read before, which may be waiting: the log no longer has them.
    loop.execute(() -> doubt.orWhenSure(() -> begin(begun, point)));
  }

  private void begin(Life begun, CommitPoint point) {
    if (stage == Stage.CLOSED) {
      return;
    }
    committed = point;
    Window current = window;
    if (current == null) {
      window = new Window(point.low());
    } else {
      // What is left of the life before is nowhere in the log any more.
      intake.parkBefore(current, point.low());
      current.skip(point.low() - 1);
      changed = true;
    }
    if (!begun.equals(life) && !begun.topic().equals(Uuid.ZERO_UUID)) {
      // It goes before anything that is parked under its sequences.
      log.write(LifeRecord.write(number, begun));
      life = begun;
    }
  }

  @Override
  public void lives(Life known) {
    Life before = life;
    if (before == null || before.number() <= known.number()) {
      life = known;
    }
  }

  @Override
  public long bytes() {
    Window current = window;
    return queuedBytes.get() + (current == null ? 0 : current.bytes());
  }

  @Override
  public void arrived(List<Entry> entries, long next) {
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    queuedBytes.addAndGet(bytes);
    loop.execute(() ->
        doubt.orWhenSure(() -> {
          try {
            take(entries, next);
          } finally {
            queuedBytes.addAndGet(-bytes);
          }
        }));
  }

  private void take(List<Entry> entries, long next) {
    Window current = window;
    if (stage == Stage.CLOSED || current == null) {
      return;
    }
    changed = true;
    List<DeviceInbox> touched = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (take(current, entry)) {
        DeviceInbox inbox = inboxes.of(entry.device());
        if (inbox.isLeaving(entry.sequence())) {
          // Read once more, and its parked copy has just ended: to park it again would say, behind
          // its end, that it waits. Until the tombstone stands the copy is what comes again.
          current.resolve(entry);
          continue;
        }
        intake.take(inbox, entry);
        if (inbox.touch()) {
          touched.add(inbox);
        }
      }
    }
    current.skip(next - 1);
    for (DeviceInbox inbox : touched) {
      inbox.letGo();
      sender.pull(inbox);
      inboxes.dropIfIdle(inbox);
    }
  }

  /** Whether anything is to be done for an entry. */
  private boolean take(Window current, Entry entry) {
    boolean readable = entry.state() == Entry.State.OPEN;
    boolean anew = !readable || isNew(entry);
    if (committed.isResolved(entry.sequence())) {
      current.skip(entry.sequence());
      return false;
    }
    meters.arrived();
    if (!anew) {
      // The one that came first is delivered or accounted for.
      meters.repeated();
      current.add(entry);
      endings.repeated(entry, () -> ended(entry));
      return false;
    }
    current.add(entry);
    return readable;
  }

  private boolean isNew(Entry entry) {
    Delivery delivery = entry.delivery();
    return recent.add(delivery.getId(), delivery.getToken(), entry.device());
  }

  @Override
  public void ended(Entry entry) {
    // After the entry itself, which may be waiting.
    loop.execute(() -> doubt.orWhenSure(() -> resolve(entry)));
  }

  private void ended(DeviceInbox inbox, Entry entry) {
    loop.execute(() -> {
      resolve(entry);
      inboxes.dropIfIdle(inbox);
    });
  }

  private void unstorable(DeviceInbox inbox, Entry entry, String why) {
    loop.execute(() -> {
      if (stage != Stage.CLOSED) {
        endings.unstorable(inbox, entry, why);
        sender.pull(inbox);
      }
    });
  }

  private void resolve(Entry entry) {
    Window current = window;
    if (stage != Stage.CLOSED && current != null) {
      current.resolve(entry);
      changed = true;
    }
  }

  // ---- Sessions -------------------------------------------------------------------------------

  void attach(DeviceId device, DeviceLink link, int credit) {
    run(() -> {
      if (stage == Stage.DRAINING || stage == Stage.CLOSED) {
        link.refused(stage == Stage.CLOSED ? Refusal.NOT_HERE : Refusal.SHUTTING_DOWN);
        return;
      }
      if (doubt.isOpen()) {
        link.refused(Refusal.DOUBTFUL);
        return;
      }
      DeviceInbox inbox = inboxes.of(device);
      DeviceSession displaced = inbox.session();
      DeviceSession session = new DeviceSession(this, inbox, link, credit, endings.evenNow());
      inbox.session(session);
      if (displaced != null) {
        displaced.link().close(Farewell.TAKEN_OVER);
        reopen(inbox, displaced);
      }
      // What was in flight stays hot for a moment: the device is about to subscribe.
      link.attached(session);
    });
  }

  /** What the device takes from now on. */
  void subscribed(DeviceSession session, Subscriptions now, Runnable then) {
    doubt.orWhenSure(() -> takeSubscriptions(session, now, then));
  }

  private void takeSubscriptions(DeviceSession session, Subscriptions now, Runnable then) {
    DeviceInbox inbox = session.inbox();
    if (stage == Stage.CLOSED || inbox.session() != session) {
      return;
    }
    boolean changed = !now.equals(session.subscriptions());
    if (changed) {
      session.subscribes(now);
      intake.subscribes(inbox, session);
    }
    then.run();
    sender.pull(inbox);
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
    doubt.orWhenSure(() -> letGo(session));
  }

  private void letGo(DeviceSession session) {
    DeviceInbox inbox = session.inbox();
    if (stage == Stage.CLOSED || inbox.session() != session) {
      return;
    }
    inbox.session(null);
    intake.leaves(inbox, session);
    inboxes.dropIfIdle(inbox);
  }

  void confirmed(DeviceSession session, int packetId) {
    withSent(
        session,
        packetId,
        sent -> {
          session.moves(endings.evenNow());
          endings.confirm(session.inbox(), sent);
        });
  }

  void undeliverable(DeviceSession session, int packetId, String why) {
    withSent(session, packetId, sent -> endings.drop(session.inbox(), sent, Verdict.rejected(why)));
  }

  /** A device may confirm what it was never sent, as often as it likes: none of that waits. */
  private void withSent(DeviceSession session, int packetId, Consumer<Sent> end) {
    @Nullable Sent sent = stage == Stage.CLOSED ? null : session.inFlight().remove(packetId);
    if (sent != null) {
      doubt.orWhenSure(() -> {
        if (stage != Stage.CLOSED) {
          end.accept(sent);
          sender.pull(session.inbox());
        }
      });
    }
  }

  /** How much waits until it is clear whether the partition is still this node's. */
  int waitingForCertainty() {
    return doubt.size();
  }

  /** A token of the device has been revoked: what waits for it ends. */
  void purge(DeviceId device) {
    run(() ->
        doubt.orWhenSure(() -> {
          @Nullable DeviceInbox inbox = inboxes.find(device);
          if (stage != Stage.CLOSED && inbox != null) {
            intake.purge(inbox);
            clearance.purge(inbox);
          }
        }));
  }

  // ---- The parked inbox -------------------------------------------------------------------------

  @Override
  public void stands(DeviceId device, long sequence, Label label, @Nullable Label before) {
    loop.execute(() -> {
      if (stage == Stage.CLOSED) {
        return;
      }
      DeviceInbox inbox = inboxes.of(device);
      @Nullable Entry entry = inbox.hasParked(sequence);
      parkedBytes.addAndGet(label.bytes() - (before == null ? 0 : before.bytes()));
      if (before == null) {
        parkedCount.incrementAndGet();
        clearance.stands(inbox, sequence, label);
        if (inbox.session() != null) {
          inbox.session().stands(sequence, entry != null);
        }
      } else {
        inbox.rewritten(before, label);
        if (inbox.session() != null) {
          inbox.session().hasCome(sequence);
        }
      }
      if (entry != null) {
        resolve(entry);
      }
      sender.pull(inbox);
    });
  }

  @Override
  public void gone(DeviceId device, long sequence, @Nullable Label stood) {
    loop.execute(() -> {
      if (stage == Stage.CLOSED) {
        return;
      }
      DeviceInbox inbox = inboxes.of(device);
      inbox.gone(sequence, stood);
      if (inbox.parked().isEmpty()) {
        sender.forget(inbox);
      }
      if (stood != null) {
        parkedCount.decrementAndGet();
        parkedBytes.addAndGet(-stood.bytes());
        clearance.gone(inbox, sequence, stood);
        if (inbox.session() != null) {
          inbox.session().gone(sequence);
        }
      }
      sender.pull(inbox);
      inboxes.dropIfIdle(inbox);
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
    if (stage != Stage.FENCING) {
      return;
    }
    stage = Stage.SERVING;
    // All partitions at the same time, so that one commit does for them all.
    long every = rules.commitInterval().toMillis();
    long first = every - endings.now() % every;
    ticks = loop.scheduleAtFixedRate(this::tick, first, every, TimeUnit.MILLISECONDS);
    highestParked =
        inboxes.all().stream()
            .mapToLong(inbox -> inbox.parked().high())
            .max()
            .orElse(ParkedRange.NONE);
    whenOpen.run();
    inboxes.snapshot().forEach(sender::pull);
  }

  private void tick() {
    Window current = window;
    if (current == null || stage == Stage.CLOSED || doubt.isOpen()) {
      return;
    }
    intake.parkOverdue(current, rules.parkAfter());
    clearance.tick();
    @Nullable Long holds = current.oldest();
    oldest = holds == null ? NONE : holds;
    if (changed) {
      changed = false;
      commits.accept(this, current.commitPoint());
    }
  }

  /**
   * It is not clear, or is again, whether the partition is still this node's. Until it is, nothing
   * is sent, parked, ended or committed: another node may be doing it.
   */
  void doubt(boolean now) {
    run(() -> {
      if (now) {
        doubt.opens();
      } else if (doubt.isOpen()) {
        doubt.ends();
        inboxes.snapshot().forEach(sender::pull);
      }
    });
  }

  /** Completes on the loop, with the connections there are. */
  CompletableFuture<List<DeviceLink>> links() {
    return CompletableFuture.supplyAsync(this::connected, loop);
  }

  private List<DeviceLink> connected() {
    List<DeviceLink> links = new ArrayList<>();
    for (DeviceInbox inbox : inboxes.all()) {
      if (inbox.session() != null) {
        links.add(inbox.session().link());
      }
    }
    return links;
  }

  /** Sends nothing more, and lets nobody in. */
  void drain() {
    run(() -> {
      if (stage != Stage.CLOSED) {
        stage = Stage.DRAINING;
      }
    });
  }

  /**
   * Completes on the loop, with whether everything sent is confirmed and its receipt stands, or
   * there is no use in waiting for it.
   */
  CompletableFuture<Boolean> isSettled() {
    return CompletableFuture.supplyAsync(
        () -> {
          Window current = window;
          return doubt.isOpen()
              || (inboxes.all().stream()
                      .map(DeviceInbox::session)
                      .allMatch(session -> session == null || session.inFlight().size() == 0)
                  && (current == null || !current.isEnding()));
        },
        loop);
  }

  /**
   * Completes on the loop, with a good-bye for each connected device: it tells the device to go,
   * and parks what it has not confirmed.
   */
  CompletableFuture<List<Runnable>> goodbyes(Farewell farewell) {
    return CompletableFuture.supplyAsync(
        () ->
            inboxes.all().stream()
                .map(DeviceInbox::session)
                .filter(session -> session != null)
                .<Runnable>map(session -> () -> run(() -> goodbye(session, farewell)))
                .toList(),
        loop);
  }

  private void goodbye(@Nullable DeviceSession session, Farewell farewell) {
    if (session != null) {
      session.link().close(farewell);
      detached(session);
    }
  }

  /**
   * What is left when a partition is let go.
   *
   * @param last to be committed; null if nothing was read, or others may have committed since
   * @param links of devices that are to be told
   */
  record Remains(@Nullable CommitPoint last, List<DeviceLink> links) {}

  /** Lets go of everything; completes on the loop. */
  CompletableFuture<Remains> close() {
    CompletableFuture<Remains> remains = new CompletableFuture<>();
    run(() -> {
      stage = Stage.CLOSED;
      clearance.close();
      if (ticks != null) {
        ticks.cancel(false);
      }
      List<DeviceLink> links = connected();
      inboxes.clear();
      Window current = window;
      @Nullable CommitPoint last = current == null || doubt.isOpen() ? null : current.commitPoint();
      doubt.forgets();
      remains.complete(new Remains(last, links));
    });
    return remains;
  }
}
