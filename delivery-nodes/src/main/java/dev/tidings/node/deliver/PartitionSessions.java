package dev.tidings.node.deliver;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.device.Sent;
import dev.tidings.node.device.SessionEvents;
import dev.tidings.node.replay.ReplayEnd;
import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.replay.ordered.OrderRuns;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.settle.DropReason;
import dev.tidings.node.settle.Settlement;
import dev.tidings.schemas.value.DeviceId;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a partition's devices: they attach, subscribe, confirm and leave. Called from
 * any thread; everything is carried out on the partition's loop.
 */
final class PartitionSessions implements SessionEvents {
  private final EventExecutor loop;
  private final Executor onLoop;
  private final Supplier<Stage> stage;
  private final Doubt doubt;
  private final Inboxes inboxes;
  private final Settlement settlement;
  private final Intake intake;
  private final Sender sender;
  private final Replays replays;
  private final OrderRuns orders;

  /**
   * @param onLoop runs a task on the loop, at once if this is it
   */
  PartitionSessions(
      EventExecutor loop,
      Executor onLoop,
      Supplier<Stage> stage,
      Doubt doubt,
      Inboxes inboxes,
      Settlement settlement,
      Intake intake,
      Sender sender,
      Replays replays,
      OrderRuns orders) {
    this.loop = loop;
    this.onLoop = onLoop;
    this.stage = stage;
    this.doubt = doubt;
    this.inboxes = inboxes;
    this.settlement = settlement;
    this.intake = intake;
    this.sender = sender;
    this.replays = replays;
    this.orders = orders;
  }

  private boolean isClosed() {
    return stage.get() == Stage.CLOSED;
  }

  void attach(DeviceId device, DeviceLink link, int credit) {
    onLoop.execute(() -> {
      Stage now = stage.get();
      if (now == Stage.DRAINING || now == Stage.CLOSED) {
        link.refused(now == Stage.CLOSED ? AttachRefusal.NOT_HERE : AttachRefusal.SHUTTING_DOWN);
        return;
      }
      if (doubt.isOpen()) {
        link.refused(AttachRefusal.OWNERSHIP_IN_DOUBT);
        return;
      }
      DeviceInbox inbox = inboxes.of(device);
      @Nullable DeviceSession displaced = inbox.session();
      DeviceSession session =
          new DeviceSession(this, inbox, link, credit, settlement.monotonicNow());
      inbox.session(session);
      if (displaced != null) {
        replays.end(displaced, ReplayEnd.How.MOVED);
        orders.gone(displaced);
        displaced.link().close(CloseReason.TAKEN_OVER);
        intake.reopen(inbox, displaced);
      }
      // What was in flight stays hot for a moment: the device is about to subscribe.
      link.attached(session);
    });
  }

  @Override
  public void subscribed(DeviceSession session, Subscriptions now, Runnable then) {
    onLoop.execute(() -> doubt.orWhenSure(() -> subscribe(session, now, then)));
  }

  private void subscribe(DeviceSession session, Subscriptions now, Runnable then) {
    assert loop.inEventLoop();
    DeviceInbox inbox = session.inbox();
    if (isClosed() || inbox.session() != session) {
      return;
    }
    if (!now.equals(session.subscriptions())) {
      session.subscribe(now);
      intake.resubscribe(inbox, session);
    }
    then.run();
    sender.pull(inbox);
  }

  @Override
  public void detached(DeviceSession session) {
    onLoop.execute(() -> doubt.orWhenSure(() -> detach(session)));
  }

  private void detach(DeviceSession session) {
    assert loop.inEventLoop();
    DeviceInbox inbox = session.inbox();
    if (isClosed() || inbox.session() != session) {
      return;
    }
    replays.end(session, ReplayEnd.How.MOVED);
    orders.gone(session);
    inbox.session(null);
    intake.detach(inbox, session);
    inboxes.dropIfIdle(inbox);
  }

  @Override
  public void confirmed(DeviceSession session, int packetId) {
    onLoop.execute(() ->
        end(
            session,
            packetId,
            sent -> {
              session.recordProgress(settlement.monotonicNow());
              settlement.confirm(session.inbox(), sent);
            }));
  }

  @Override
  public void undeliverable(DeviceSession session, int packetId, String why) {
    onLoop.execute(() ->
        end(
            session,
            packetId,
            sent -> settlement.drop(session.inbox(), sent, DropReason.rejected(why))));
  }

  /**
   * Ends what was sent under a packet id. A device may confirm what it was never sent, as often as
   * it likes: none of that waits.
   */
  private void end(DeviceSession session, int packetId, Consumer<Sent> end) {
    assert loop.inEventLoop();
    @Nullable Sent sent = isClosed() ? null : session.inFlight().remove(packetId);
    if (sent != null && sent.isReplayed()) {
      session.replayedEnds();
      orders.answered(session, packetId);
      sender.pull(session.inbox());
    } else if (sent != null) {
      doubt.orWhenSure(() -> {
        if (!isClosed()) {
          end.accept(sent);
          sender.pull(session.inbox());
        }
      });
    }
  }

  @Override
  public void replay(DeviceSession session, ReplaySpan span, ReplayListener listener) {
    onLoop.execute(() ->
        doubt.orWhenSure(() -> {
          if (stage.get() == Stage.SERVING && session.inbox().session() == session) {
            replays.start(session, span, listener);
          } else {
            listener.refused("the device is about to be served elsewhere");
          }
        }));
  }

  @Override
  public void stopReplay(DeviceSession session) {
    onLoop.execute(() -> replays.end(session, ReplayEnd.How.STOPPED));
  }

  /** Whether no connection has anything in flight. On the loop. */
  boolean hasNoneInFlight() {
    assert loop.inEventLoop();
    return inboxes.all().stream()
        .map(DeviceInbox::session)
        .allMatch(session -> session == null || session.inFlight().size() == 0);
  }

  /** The connections there are. On the loop. */
  List<DeviceLink> connected() {
    assert loop.inEventLoop();
    List<DeviceLink> links = new ArrayList<>();
    for (DeviceInbox inbox : inboxes.all()) {
      if (inbox.session() != null) {
        links.add(inbox.session().link());
      }
    }
    return links;
  }

  /** Completes on the loop, with the connections there are. */
  CompletableFuture<List<DeviceLink>> links() {
    return CompletableFuture.supplyAsync(this::connected, loop);
  }

  /**
   * Completes on the loop, with a task for each connected device that closes its connection and
   * parks what it has not confirmed.
   */
  CompletableFuture<List<Runnable>> disconnects(CloseReason closeReason) {
    return CompletableFuture.supplyAsync(
        () ->
            inboxes.all().stream()
                .map(DeviceInbox::session)
                .filter(session -> session != null)
                .<Runnable>map(
                    session -> () -> onLoop.execute(() -> disconnect(session, closeReason)))
                .toList(),
        loop);
  }

  /**
   * Completes on the loop, with a task for each connection whose device nobody vouches for any
   * more, that closes it and parks what is not confirmed.
   */
  CompletableFuture<List<Runnable>> unproved() {
    return CompletableFuture.supplyAsync(
        () ->
            inboxes.all().stream()
                .map(DeviceInbox::session)
                .filter(session -> session != null && session.link().isProofOver())
                .<Runnable>map(session -> () -> onLoop.execute(() -> endUnproved(session)))
                .toList(),
        loop);
  }

  /** Each connection looks which apps its device's issuer vouches for. */
  void lookAtApps() {
    onLoop.execute(() -> connected().forEach(DeviceLink::lookAtApps));
  }

  /** It may have been proved anew meanwhile, or have left. */
  private void endUnproved(DeviceSession session) {
    if (!isClosed() && session.inbox().session() == session && session.link().isProofOver()) {
      disconnect(session, CloseReason.NOT_AUTHORIZED);
    }
  }

  /** Closes the device's connection, if it has one. Completes on the loop. */
  CompletableFuture<Boolean> disconnect(DeviceId device, CloseReason closeReason) {
    return CompletableFuture.supplyAsync(
        () -> {
          @Nullable DeviceInbox inbox = isClosed() ? null : inboxes.find(device);
          @Nullable DeviceSession session = inbox == null ? null : inbox.session();
          if (session != null) {
            disconnect(session, closeReason);
          }
          return session != null;
        },
        loop);
  }

  private void disconnect(DeviceSession session, CloseReason closeReason) {
    session.link().close(closeReason);
    detached(session);
  }
}
