package dev.tidings.node.replay.ordered;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.device.Sent;
import dev.tidings.node.replay.ReplayCursor;
import dev.tidings.node.replay.ReplaySource;
import dev.tidings.node.replay.Slice;
import dev.tidings.node.replay.Slice.Found;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The orders that a partition carries out: the log is read once for each, and what it has is given
 * to the devices' connections, behind all else and in the share of what devices themselves have
 * replayed. As with those, nothing of it is a delivery: no receipt tells of it, and it is no
 * repetition. Confined to the partition's loop.
 */
public final class OrderRuns {
  /** After which an order is given up, however far it has come. */
  public static final Duration MOST_TIME = Duration.ofDays(1);

  /** More than there may be at a time. */
  private static final int MOST = 256;

  /** So long after a partition was taken over, devices come back: nobody is passed over before. */
  public static final Duration SETTLES = Duration.ofSeconds(30);

  private static final long PAUSE_MILLIS = 1_000;

  private final int number;
  private final EventExecutor loop;
  private final Inboxes inboxes;
  private final ReplaySource source;
  private final PartitionServices services;
  private final Settlement settlement;
  private final Supplier<@Nullable Life> life;
  private final Consumer<DeviceInbox> pull;
  private final Map<String, OrderRun> runs = new LinkedHashMap<>();
  private long openedAt;

  /**
   * @param number the partition's
   * @param life of the log, as far as is known
   * @param pull sends what a device has credit for
   */
  public OrderRuns(
      int number,
      EventExecutor loop,
      Inboxes inboxes,
      PartitionServices services,
      Settlement settlement,
      Supplier<@Nullable Life> life,
      Consumer<DeviceInbox> pull) {
    this.number = number;
    this.loop = loop;
    this.inboxes = inboxes;
    this.source = services.replays().ordered();
    this.services = services;
    this.settlement = settlement;
    this.life = life;
    this.pull = pull;
  }

  /** Devices may connect from now on. */
  public void opened() {
    openedAt = settlement.monotonicNow();
  }

  /**
   * Carries out these from now on, and no others; one that has ended as long as it is among them.
   */
  public void carryOut(List<Order> orders, OrderLog log) {
    assert loop.inEventLoop();
    Set<String> ids = orders.stream().map(Order::id).collect(Collectors.toSet());
    runs.values()
        .removeIf(run -> {
          boolean over = !ids.contains(run.order().id());
          if (over) {
            run.suspend();
          }
          return over;
        });
    for (Order order : orders) {
      @Nullable OrderRun run = runs.get(order.id());
      if (run == null && runs.size() < MOST) {
        run = new OrderRun(order, settlement.now(), settlement.monotonicNow());
        if (run.device() == null) {
          run.beginsNotBefore(openedAt + SETTLES.toMillis());
        }
        runs.put(order.id(), run);
      }
      if (run != null) {
        goOn(run, order.isToStop());
        @Nullable ReplayProgress progress =
            run.toWrite(settlement.now(), settlement.monotonicNow());
        if (progress != null) {
          log.write(order.id(), progress);
        }
      }
    }
  }

  /** Goes on with what waits for its time. */
  public void tick() {
    for (OrderRun run : runs.values()) {
      readOn(run);
    }
  }

  /** Reads nothing more. */
  public void close() {
    runs.values().forEach(OrderRun::suspend);
    runs.clear();
  }

  private void goOn(OrderRun run, boolean isToStop) {
    long now = settlement.monotonicNow();
    if (run.isEnded()) {
      return;
    }
    if (run.device() == null) {
      run.counts().away(run.giveUpStalled(now, source.rules().patience().toMillis()));
    }
    @Nullable Span span = run.span();
    if (isToStop) {
      run.end(Ending.STOPPED);
    } else if (run.isComplete()) {
      run.end(Ending.COMPLETED);
    } else if (settlement.now() - run.order().asked().getRequestedAt() > MOST_TIME.toMillis()) {
      run.end(Ending.EXPIRED);
    } else if (span != null && span.isInVain()) {
      run.end(Ending.FAILED);
    } else if (run.isWaitingTooLong(now, source.rules().waitForDevice().toMillis())) {
      run.end(Ending.AWAY);
    } else {
      begin(run, now);
      readOn(run);
    }
  }

  private void begin(OrderRun run, long now) {
    if (!run.mayBegin(now) || (run.isWaitingForDevice() && !isHere(run.device()))) {
      return;
    }
    if (!run.begin(source, life(), now)) {
      run.beginsNotBefore(now + PAUSE_MILLIS);
    }
  }

  private Life life() {
    @Nullable Life known = life.get();
    return known == null ? Life.first(Uuid.ZERO_UUID) : known;
  }

  private void readOn(OrderRun run) {
    @Nullable Span span = run.span();
    if (span != null && run.hasRoom() && span.wantsMore(settlement.monotonicNow())) {
      source.read(
          span.read(number, run.device()),
          (slice, failure) -> loop.execute(() -> endRead(run, span, slice)));
    }
  }

  private void endRead(OrderRun run, Span span, @Nullable Slice slice) {
    long now = settlement.monotonicNow();
    if (!span.endRead(slice, now) || run.span() != span || slice == null) {
      return;
    }
    if (span.isOfAnotherLife(life())) {
      run.suspend();
      return;
    }
    Set<DeviceInbox> touched = new LinkedHashSet<>();
    long sent = 0;
    for (Found found : slice.records()) {
      if (run.span() == span && !run.isWaitingForDevice()) {
        sent += take(run, found, now, touched) ? 1 : 0;
      }
    }
    // What is sent to nobody takes nobody's time.
    span.pauseUntil(now + TimeUnit.SECONDS.toMillis(sent) / run.order().share());
    touched.forEach(pull);
    readOn(run);
  }

  /** Returns whether it is to be sent. */
  private boolean take(OrderRun run, Found found, long now, Set<DeviceInbox> touched) {
    if (isOver(run, found)) {
      run.counts().leftOut();
      return false;
    }
    @Nullable DeviceInbox inbox = inboxes.find(found.device());
    @Nullable DeviceSession session = inbox == null ? null : inbox.session();
    boolean wanted = session != null && session.wants(found.delivery().getApp());
    if (run.isDry()) {
      run.counts().found(found.device(), wanted);
    } else if (run.device() != null && !isHere(run.device())) {
      run.waitForDevice(found.sequence(), now);
    } else if (inbox == null || session == null || !wanted) {
      run.counts().away(1);
    } else {
      Lane lane = run.lane(session, now);
      if (!lane.isGivenUp()) {
        run.add(lane, found, now);
        touched.add(inbox);
        return true;
      }
      run.counts().away(1);
    }
    return false;
  }

  private boolean isHere(@Nullable DeviceId device) {
    @Nullable DeviceInbox inbox = device == null ? null : inboxes.find(device);
    @Nullable DeviceSession session = inbox == null ? null : inbox.session();
    return session != null && !session.subscriptions().coverNothing();
  }

  private boolean isOver(OrderRun run, Found found) {
    Delivery delivery = found.delivery();
    DeviceId device = found.device();
    DeliveryPrint print = DeliveryPrint.of(delivery.getId(), delivery.getToken(), device);
    @Nullable Span span = run.span();
    return !found.own()
        || (span != null && span.takenBack().contains(delivery.getApp(), print))
        || Expiration.ofField(delivery.getExpiration()).isOnce()
        || services.dropPolicy().isOver(device, delivery, settlement.now());
  }

  /** Writes what {@link DeviceSession#replayCredit} allows; returns whether that was anything. */
  public boolean push(DeviceSession session) {
    if (runs.isEmpty()) {
      // As nearly always: asked at each confirmation.
      return false;
    }
    boolean pushed = false;
    for (OrderRun run : runs.values()) {
      @Nullable Lane lane = run.lane(session);
      if (lane != null) {
        pushed |= push(run, lane, session);
      }
    }
    return pushed;
  }

  private boolean push(OrderRun run, Lane lane, DeviceSession session) {
    boolean pushed = false;
    long now = settlement.monotonicNow();
    @Nullable Found next;
    while (session.replayCredit() > 0 && (next = lane.poll()) != null) {
      if (!session.wants(next.delivery().getApp())) {
        run.counts().away(1);
        run.settle(session, lane, next.sequence(), now);
      } else if (isOver(run, next) || !write(lane, session, next)) {
        run.counts().leftOut();
        run.settle(session, lane, next.sequence(), now);
      } else {
        pushed = true;
      }
    }
    return pushed;
  }

  /** Returns whether it has room in the connection. */
  private boolean write(Lane lane, DeviceSession session, Found found) {
    int packetId = session.inFlight().put(Sent.replayed(found.delivery(), settlement.now()));
    session.inbox().recordPacketId(packetId);
    String cursor = ReplayCursor.of(found.sequence() + 1);
    if (!session.link().replay(packetId, cursor, found.delivery())) {
      session.inFlight().remove(packetId);
      return false;
    }
    session.replayed();
    settlement.replayed(session.inbox(), found.delivery());
    lane.written(packetId, found.sequence());
    return true;
  }

  /** A device has answered something that was replayed. */
  public void answered(DeviceSession session, int packetId) {
    long now = settlement.monotonicNow();
    for (OrderRun run : runs.values()) {
      @Nullable Lane lane = run.lane(session);
      if (lane == null) {
        continue;
      }
      run.moved(lane, now);
      @Nullable Long sequence = lane.answered(packetId);
      if (sequence != null) {
        run.counts().sent();
        run.settle(session, lane, sequence, now);
        readOn(run);
      }
    }
  }

  /** A connection is none of its device's any more. */
  public void gone(DeviceSession session) {
    for (OrderRun run : runs.values()) {
      if (run.lane(session) != null) {
        if (run.device() == null) {
          run.counts().away(run.remove(session));
        } else {
          run.waitForDevice(settlement.monotonicNow());
        }
      }
    }
  }

  /** A notification of a device is taken back: it is not to be sent again. */
  public void withdraw(String app, DeliveryPrint print) {
    for (OrderRun run : runs.values()) {
      @Nullable Span span = run.span();
      if (span != null && run.isOf(app)) {
        span.takenBack().add(app, print);
      }
    }
  }
}
