package dev.tidings.node.mqtt;

import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Attaches whoever comes, or answers as it is told; a second connection displaces the first. */
public final class FakeDirectory implements DeviceDirectory {
  /** What a connection is answered. */
  public enum Answer {
    ATTACHED,
    NOT_HERE,
    SHUTTING_DOWN,
    /** The test answers later. */
    NONE
  }

  public volatile Answer answer = Answer.ATTACHED;
  public volatile Delivery pushedAtSubscribe;
  public final List<Attachment> attachments = new CopyOnWriteArrayList<>();

  @Override
  public void attach(DeviceId device, DeviceLink link, int credit) {
    Attachment attachment = new Attachment(device, link, credit);
    attachment.pushedAtSubscribe = pushedAtSubscribe;
    attachments.stream()
        .filter(other -> other.device.equals(device) && other.detached.get() == 0)
        .forEach(other -> other.link.close(CloseReason.TAKEN_OVER));
    attachments.add(attachment);
    switch (answer) {
      case ATTACHED -> link.attached(attachment);
      case NOT_HERE -> link.refused(AttachRefusal.NOT_HERE);
      case SHUTTING_DOWN -> link.refused(AttachRefusal.SHUTTING_DOWN);
      case NONE -> {}
    }
  }

  public Attachment last() {
    return attachments.getLast();
  }

  /** A device's connection, and what it has said since. */
  public static final class Attachment implements Session {
    public final DeviceId device;
    public final DeviceLink link;
    public final int credit;
    public final List<Integer> confirmed = new CopyOnWriteArrayList<>();
    public final List<String> undeliverable = new CopyOnWriteArrayList<>();
    public final List<Subscriptions> subscriptions = new CopyOnWriteArrayList<>();
    public final List<Runnable> held = new CopyOnWriteArrayList<>();
    public volatile boolean holdsAnswers;
    public volatile Delivery pushedAtSubscribe;
    public final AtomicInteger detached = new AtomicInteger();
    public final List<ReplaySpan> replays = new CopyOnWriteArrayList<>();
    public volatile ReplayListener replayListener;
    public final AtomicInteger stops = new AtomicInteger();

    Attachment(DeviceId device, DeviceLink link, int credit) {
      this.device = device;
      this.link = link;
      this.credit = credit;
    }

    @Override
    public void confirmed(int packetId) {
      confirmed.add(packetId);
    }

    @Override
    public void undeliverable(int packetId, String why) {
      undeliverable.add(packetId + " " + why);
    }

    @Override
    public void subscribed(Subscriptions now, Runnable then) {
      subscriptions.add(now);
      if (holdsAnswers) {
        held.add(then);
      } else {
        then.run();
      }
      Delivery pushed = pushedAtSubscribe;
      if (pushed != null) {
        link.push(1, false, pushed);
        link.flush();
      }
    }

    @Override
    public void replay(ReplaySpan span, ReplayListener listener) {
      replays.add(span);
      replayListener = listener;
    }

    @Override
    public void stopReplay() {
      stops.incrementAndGet();
    }

    @Override
    public void detached() {
      detached.incrementAndGet();
    }
  }
}
