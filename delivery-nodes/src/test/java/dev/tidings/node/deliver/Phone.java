package dev.tidings.node.deliver;

import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.LinkDescription;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.avro.Delivery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A device's end of a connection, without the network. */
public final class Phone implements DeviceLink {
  record Push(int packetId, boolean duplicate, String id) {}

  private final List<Push> pushes = new ArrayList<>();
  private final List<String> cursors = new ArrayList<>();
  private final Set<String> tooLarge = new HashSet<>();
  private final Subscriptions wanted;
  private Session session;
  private CloseReason closeReason;
  private AttachRefusal refusal;
  private Error failure;
  private volatile boolean proofOver;
  private final AtomicInteger looksAtApps = new AtomicInteger();
  private final AtomicInteger confirmed = new AtomicInteger();
  private Thread attachedBy;
  private Thread closedBy;

  /** Of a device that subscribes to all its apps as soon as it may. */
  public Phone() {
    this(Subscriptions.of(List.of("tidings/#")));
  }

  Phone(Subscriptions wanted) {
    this.wanted = wanted;
  }

  @Override
  public synchronized void attached(Session attached) {
    session = attached;
    attachedBy = Thread.currentThread();
    if (!wanted.coverNothing()) {
      attached.subscribed(wanted, () -> {});
    }
  }

  @Override
  public synchronized void refused(AttachRefusal why) {
    refusal = why;
  }

  @Override
  public synchronized void push(int packetId, boolean duplicate, Delivery delivery) {
    if (session == null || closeReason != null) {
      throw new IllegalStateException("push before attached or after close");
    }
    if (failure != null) {
      throw failure;
    }
    pushes.add(new Push(packetId, duplicate, delivery.getId()));
  }

  @Override
  public synchronized boolean replay(int packetId, String cursor, Delivery delivery) {
    if (tooLarge.contains(delivery.getId())) {
      return false;
    }
    push(packetId, true, delivery);
    cursors.add(cursor);
    return true;
  }

  /** A notification is larger than the device takes, once it is marked as replayed. */
  synchronized void cannotTake(String id) {
    tooLarge.add(id);
  }

  /** Of what was replayed. */
  synchronized List<String> cursors() {
    return List.copyOf(cursors);
  }

  @Override
  public void flush() {}

  @Override
  public LinkDescription description() {
    return new LinkDescription(Instant.EPOCH, "MQTT 5", "tcp");
  }

  @Override
  public boolean isProofOver() {
    return proofOver;
  }

  @Override
  public void lookAtApps() {
    looksAtApps.incrementAndGet();
  }

  int looksAtApps() {
    return looksAtApps.get();
  }

  /** Nobody vouches for the device any more. */
  void proofEnds() {
    proofOver = true;
  }

  @Override
  public synchronized void close(CloseReason why) {
    closeReason = why;
    closedBy = Thread.currentThread();
  }

  /** Whether whoever took the connection has closed it: a link is for one thread at a time. */
  synchronized boolean wasClosedWhereItWasTaken() {
    return closedBy == attachedBy;
  }

  /** From now on nothing can be written to it. */
  synchronized void fails(Error why) {
    failure = why;
  }

  synchronized List<Push> pushes() {
    return List.copyOf(pushes);
  }

  synchronized List<String> ids() {
    return pushes.stream().map(Push::id).toList();
  }

  synchronized Session session() {
    return session;
  }

  synchronized CloseReason closeReason() {
    return closeReason;
  }

  synchronized AttachRefusal refusal() {
    return refusal;
  }

  void confirm(Push push) {
    confirmed.incrementAndGet();
    session().confirmed(push.packetId());
  }

  /** Confirms all that it was ever sent, once more where it has. */
  void confirmAll() {
    pushes().forEach(this::confirm);
  }

  /** How many were confirmed, of those pushed in the order in which they were. */
  int confirmed() {
    return confirmed.get();
  }
}
