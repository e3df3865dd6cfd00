package dev.tidings.node.deliver;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.Sent;
import dev.tidings.node.replay.Replay;
import dev.tidings.node.replay.ReplayCursor;
import dev.tidings.node.replay.ReplayEnd;
import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySource;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.replay.Slice;
import dev.tidings.node.settle.DropPolicy;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The replays of a partition's devices: what the log has of them is sent once more, beside what is
 * delivered and behind it. Nothing of that is a delivery: it is neither counted as one nor
 * recognised as a repetition, no receipt is written, and what is not confirmed is not sent again.
 * Confined to the partition's loop.
 */
final class Replays {
  private final int number;
  private final EventExecutor loop;
  private final ReplaySource source;
  private final Settlement settlement;
  private final DropPolicy dropPolicy;
  private final Supplier<@Nullable Life> life;
  private final Consumer<DeviceInbox> pull;

  /** The sessions that have one. */
  private final Set<DeviceSession> running = new LinkedHashSet<>();

  /**
   * @param number the partition's
   * @param life of the log, as far as is known
   * @param pull sends what a device has credit for
   */
  Replays(
      int number,
      EventExecutor loop,
      ReplaySource source,
      Settlement settlement,
      DropPolicy dropPolicy,
      Supplier<@Nullable Life> life,
      Consumer<DeviceInbox> pull) {
    this.number = number;
    this.loop = loop;
    this.source = source;
    this.settlement = settlement;
    this.dropPolicy = dropPolicy;
    this.life = life;
    this.pull = pull;
  }

  /** A device wants a span once more. */
  void start(DeviceSession session, ReplaySpan span, ReplayListener listener) {
    assert loop.inEventLoop();
    if (session.replay() != null) {
      listener.refused("a replay is running");
    } else if (session.subscriptions().coverNothing()) {
      listener.refused("nothing is subscribed to");
    } else if (!source.enter()) {
      listener.refused("too many replays at the moment");
    } else {
      Replay replay =
          new Replay(
              span, life(), listener, source.rules().recordsPerSecond(), settlement.monotonicNow());
      session.replay(replay);
      running.add(session);
      listener.begun();
      readOn(session, replay);
    }
  }

  private Life life() {
    @Nullable Life known = life.get();
    return known == null ? Life.first(Uuid.ZERO_UUID) : known;
  }

  /** Ends the session's replay, if it has one. */
  void end(DeviceSession session, ReplayEnd.How how) {
    assert loop.inEventLoop();
    @Nullable Replay replay = session.replay();
    if (replay == null) {
      return;
    }
    ReplayEnd end = replay.end(how);
    session.replay(null);
    running.remove(session);
    replay.cancel();
    if (!replay.isReading()) {
      source.leave();
    }
    replay.listener().ended(end);
  }

  /** Ends all of them. */
  void endAll(ReplayEnd.How how) {
    List.copyOf(running).forEach(session -> end(session, how));
  }

  /** Tokens of a device were revoked. */
  void purge(DeviceInbox inbox) {
    for (DeviceSession session : running) {
      @Nullable Replay replay = session.replay();
      if (replay != null && session.inbox().equals(inbox)) {
        replay.revoke(delivery -> dropPolicy.isRevoked(inbox.device(), delivery.getToken()));
      }
    }
  }

  /** Reads on for those that may have more, and gives up those that take nothing. */
  void tick() {
    if (running.isEmpty()) {
      return;
    }
    long now = settlement.monotonicNow();
    long patience = source.rules().patience().toMillis();
    for (DeviceSession session : List.copyOf(running)) {
      @Nullable Replay replay = session.replay();
      if (replay != null
          && replay.isStalled(now, patience)
          && !session.takesOthersThanReplayed(now - patience)) {
        end(session, ReplayEnd.How.STALLED);
      } else if (replay != null) {
        goOn(session, replay);
      }
    }
  }

  private void readOn(DeviceSession session, Replay replay) {
    if (!replay.wantsMore(settlement.monotonicNow())) {
      return;
    }
    source.read(
        replay.read(number, session.inbox().device()),
        (slice, failure) -> loop.execute(() -> endRead(session, replay, slice)));
  }

  private void endRead(DeviceSession session, Replay replay, @Nullable Slice slice) {
    if (session.replay() != replay) {
      source.leave();
      return;
    }
    if (slice == null) {
      replay.readFailed();
      end(session, ReplayEnd.How.UNAVAILABLE);
    } else if (replay.isOfAnotherLife(life())) {
      replay.readFailed();
      end(session, ReplayEnd.How.MOVED);
    } else {
      replay.recordSlice(slice, settlement.monotonicNow());
      if (!replay.isInVain()) {
        pull.accept(session.inbox());
      }
      goOn(session, replay);
    }
  }

  private void goOn(DeviceSession session, Replay replay) {
    if (session.replay() != replay) {
      return;
    }
    if (replay.isInVain()) {
      end(session, ReplayEnd.How.UNAVAILABLE);
    } else if (replay.isOver()) {
      end(session, ReplayEnd.How.COMPLETE);
    } else {
      readOn(session, replay);
    }
  }

  /**
   * Writes what the credit allows that nothing else needs: the device's own deliveries go first,
   * and half of its credit is left to those that come meanwhile.
   *
   * @return whether something was written
   */
  boolean push(DeviceSession session, Replay replay) {
    boolean pushed = false;
    Slice.@Nullable Found next;
    while (session.replayCredit() > 0 && (next = replay.poll(settlement.monotonicNow())) != null) {
      if (isWanted(session, replay, next)) {
        int packetId = session.inFlight().put(Sent.replayed(next.delivery(), settlement.now()));
        session.inbox().recordPacketId(packetId);
        if (session
            .link()
            .replay(packetId, ReplayCursor.of(next.sequence() + 1), next.delivery())) {
          session.replayed();
          replay.sent();
          settlement.replayed(session.inbox(), next.delivery());
          pushed = true;
        } else {
          // Too large for the device.
          session.inFlight().remove(packetId);
          replay.skip();
        }
      }
    }
    if (replay.isOver() || replay.wantsMore(settlement.monotonicNow())) {
      // Behind what was written, which is not flushed yet.
      loop.execute(() -> goOn(session, replay));
    }
    return pushed;
  }

  private boolean isWanted(DeviceSession session, Replay replay, Slice.Found found) {
    Delivery delivery = found.delivery();
    String app = delivery.getApp();
    if (!replay.isOf(app) || !session.wants(app)) {
      return false;
    }
    DeviceId device = session.inbox().device();
    if (!found.own()
        || replay.isWithdrawn(app, DeliveryPrint.of(delivery.getId(), delivery.getToken(), device))
        || Expiration.ofField(delivery.getExpiration()).isOnce()
        || dropPolicy.isOver(device, delivery, settlement.now())) {
      replay.skip();
      return false;
    }
    return true;
  }
}
