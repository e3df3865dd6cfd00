package dev.tidings.node.settle;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Sent;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.trace.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ways an entry leaves where it is: ended with a receipt, or handed over to the parked inbox.
 * The order in the log is the guarantee: the receipt first, then the offset or the tombstone.
 */
public final class Settlement {
  private static final String REPEATED =
      "the same notification for the same token came before; it is not delivered twice";

  private final int partition;
  private final LogWriter log;
  private final Receipts receipts;
  private final DeadLetters deadLetters;
  private final DeliveryMeters meters;
  private final LongSupplier monotonicMillis;
  private final BiConsumer<DeviceInbox, Entry> ended;
  private final Refused refused;
  private final RecentDeliveries recent;

  /**
   * @param recent is told which of them end without having been sent
   * @param refused hears, on any thread, that an entry can't be parked
   * @param ended hears, on the producer's thread, that an entry's receipt is in the log; more than
   *     once, if it was parked
   */
  public Settlement(
      int partition,
      PartitionServices partitionServices,
      RecentDeliveries recent,
      BiConsumer<DeviceInbox, Entry> ended,
      Refused refused) {
    this.refused = refused;
    this.recent = recent;
    this.partition = partition;
    this.log = partitionServices.log();
    this.receipts = partitionServices.receipts();
    this.deadLetters = partitionServices.deadLetters();
    this.meters = partitionServices.meters();
    this.monotonicMillis = partitionServices.monotonicMillis();
    this.ended = ended;
  }

  /** By the host's clock: what ends, ends by it, and receipts tell it. */
  public long now() {
    return receipts.now();
  }

  /** The time that ages are told by: it runs evenly, whatever the host's clock is set to. */
  public long monotonicNow() {
    return monotonicMillis.getAsLong();
  }

  /** The device has confirmed it. */
  public void confirm(DeviceInbox inbox, Sent sent) {
    long at = now();
    meters.confirmed(sent.delivery(), at);
    end(inbox, sent, Outcome.DELIVERED, receipts.step(StepName.CONFIRMED, at, null), () -> {});
  }

  /** It was sent, and ends unconfirmed. */
  public void drop(DeviceInbox inbox, Sent sent, DropReason dropReason) {
    drop(inbox, sent, dropReason, () -> {});
  }

  /** The same; the last is called, on the producer's thread, when its end is in the log. */
  public void drop(DeviceInbox inbox, Sent sent, DropReason dropReason, Runnable then) {
    meters.dropped(dropReason.outcome());
    end(inbox, sent, dropReason.outcome(), step(dropReason, sent.delivery()), then);
  }

  /** A hot entry is worth nothing any more. */
  public void drop(DeviceInbox inbox, Entry entry, DropReason dropReason) {
    drop(inbox, entry, dropReason, () -> {});
  }

  /**
   * A hot entry is worth nothing any more, or one on its way to the parked inbox.
   *
   * @param then called, on the producer's thread, when its end is in the log
   */
  public void drop(DeviceInbox inbox, Entry entry, DropReason dropReason, Runnable then) {
    meters.dropped(dropReason.outcome());
    Delivery delivery = entry.delivery();
    if (!entry.wasSent()) {
      endedUnsent(inbox, entry.sequence(), delivery);
    }
    List<Step> more = List.of(step(dropReason, delivery));
    if (entry.wasParked()) {
      Runnable removed = endedAnd(inbox, entry, then);
      endParked(inbox, entry.sequence(), delivery, dropReason.outcome(), more, removed);
    } else {
      endHot(inbox, entry, dropReason.outcome(), more, then);
    }
  }

  /** It has come before: it is not delivered twice, and its receipt says so. */
  public void repeated(Entry entry, Runnable stored) {
    entry.moveTo(Entry.State.ENDING);
    receipts.repeated(entry.device(), entry.delivery(), REPEATED, stored);
  }

  /** A parked entry is worth nothing any more. */
  public void drop(DeviceInbox inbox, Parked.Valid entry, DropReason dropReason) {
    drop(inbox, entry, dropReason, () -> {});
  }

  /** The same; the last is called, on the producer's thread, when its end is in the log. */
  public void drop(DeviceInbox inbox, Parked.Valid entry, DropReason dropReason, Runnable removed) {
    meters.dropped(dropReason.outcome());
    endedUnsent(inbox, entry.sequence(), entry.delivery());
    endParked(
        inbox,
        entry.sequence(),
        entry.delivery(),
        dropReason.outcome(),
        List.of(step(dropReason, entry.delivery())),
        removed);
  }

  /** The device was sent a copy, whose withdrawal it is to be told, though it had ended unsent. */
  public void replayed(DeviceInbox inbox, Delivery delivery) {
    recent.sentAgain(delivery.getId(), delivery.getToken(), inbox.device());
    meters.replayed();
  }

  /** So that its withdrawal, should one come, is not told to a device that has never had it. */
  private void endedUnsent(DeviceInbox inbox, long sequence, Delivery delivery) {
    if (!inbox.mayHaveBeenSent(sequence) && !DeliverySteps.wasPushed(delivery)) {
      recent.endedUnsent(delivery.getId(), delivery.getToken(), inbox.device());
    }
  }

  /** The last step. None expires before its time, though this host's clock is behind. */
  private Step step(DropReason reason, Delivery delivery) {
    boolean expires = reason.outcome() == Outcome.EXPIRED;
    long at = expires ? Math.max(now(), DropPolicy.earliestEnd(delivery)) : now();
    return receipts.step(StepName.valueOf(reason.outcome().name()), at, reason.why());
  }

  private void end(DeviceInbox inbox, Sent sent, Outcome outcome, Step last, Runnable then) {
    List<Step> steps = List.of(receipts.step(StepName.PUSHED, sent.at(), null), last);
    Entry entry = sent.entry();
    if (entry == null) {
      endParked(inbox, sent.sequence(), sent.delivery(), outcome, steps, then);
    } else if (entry.wasParked()) {
      // It may be on its way to the inbox still, which may never take it.
      Runnable removed = endedAnd(inbox, entry, then);
      endParked(inbox, sent.sequence(), sent.delivery(), outcome, steps, removed);
    } else if (sent.isHot()) {
      endHot(inbox, entry, outcome, steps, then);
    } else {
      // Given up before, and confirmed after all: the last receipt wins.
      receipts.write(
          inbox.device(),
          sent.delivery(),
          outcome,
          Steps.append(sent.delivery().getSteps(), steps),
          then);
    }
  }

  /** A parked entry nobody can read leaves as it came. */
  public void deadLetter(DeviceInbox inbox, Parked.Unreadable entry) {
    byte[] key = InboxKey.bytes(inbox.key(), entry.sequence());
    inbox.markLeaving(entry.sequence());
    deadLetters.write(
        log.nameOf(LogTopics.INBOX),
        partition,
        entry.sequence(),
        key,
        entry.value(),
        entry.why(),
        () -> log.write(LogWrite.tombstone(LogTopics.INBOX, key, () -> {}).inPartition(partition)));
  }

  private void endHot(
      DeviceInbox inbox, Entry entry, Outcome outcome, List<Step> more, Runnable then) {
    entry.moveTo(Entry.State.ENDING);
    inbox.removeHot(entry);
    Delivery delivery = entry.delivery();
    List<Step> steps = Steps.append(delivery.getSteps(), more);
    receipts.write(inbox.device(), delivery, outcome, steps, endedAnd(inbox, entry, then));
  }

  private Runnable endedAnd(DeviceInbox inbox, Entry entry, Runnable then) {
    return () -> {
      ended.accept(inbox, entry);
      then.run();
    };
  }

  /**
   * @param removed called, on the producer's thread, when the log has the receipt and the tombstone
   */
  private void endParked(
      DeviceInbox inbox,
      long sequence,
      Delivery delivery,
      Outcome outcome,
      List<Step> more,
      Runnable removed) {
    byte[] key = InboxKey.bytes(inbox.key(), sequence);
    inbox.markLeaving(sequence);
    receipts.write(
        inbox.device(),
        delivery,
        outcome,
        Steps.append(delivery.getSteps(), more),
        () -> log.write(LogWrite.tombstone(LogTopics.INBOX, key, removed).inPartition(partition)));
  }

  /**
   * Hands a hot entry to the parked inbox. It is resolved once it is in the store.
   *
   * @param pushedAt when it was written to a connection; null if it was not
   */
  public void park(DeviceInbox inbox, Entry entry, @Nullable Long pushedAt, String why) {
    entry.moveTo(Entry.State.PARKED);
    inbox.removeHot(entry);
    inbox.markParking(entry);
    inbox.takeCopy(entry.sequence());
    meters.parked();
    Delivery delivery = entry.delivery();
    List<Step> more = new ArrayList<>(2);
    if (pushedAt != null) {
      more.add(receipts.step(StepName.PUSHED, pushedAt, null));
    }
    more.add(receipts.step(StepName.PARKED, why));
    Delivery parked =
        new Delivery(
            delivery.getId(),
            delivery.getToken(),
            delivery.getApp(),
            delivery.getPayload(),
            delivery.getExpiration(),
            delivery.getPriority(),
            delivery.getCollapseId(),
            delivery.getPushType(),
            Steps.append(delivery.getSteps(), more),
            delivery.getSent(),
            delivery.getCategory());
    byte[] key = InboxKey.bytes(inbox.key(), entry.sequence());
    receipts.write(inbox.device(), parked, Outcome.PENDING, parked.getSteps(), () -> {});
    log.write(
        LogWrite.record(LogTopics.INBOX, key, parked, () -> {})
            .inPartition(partition)
            .orElse(refusal -> refused.accept(inbox, entry, refusal)));
  }

  /** A replaced owner has parked an entry that was read here, and has ended here. */
  public void removeCopy(DeviceInbox inbox, long sequence) {
    byte[] key = InboxKey.bytes(inbox.key(), sequence);
    log.write(LogWrite.tombstone(LogTopics.INBOX, key, () -> {}).inPartition(partition));
  }

  /**
   * The inbox will never take an entry: it ends here, for it can't wait; unless it has ended
   * meanwhile, and its receipt is on its way.
   */
  public void unstorable(DeviceInbox inbox, Entry entry, String why) {
    if (!inbox.giveUpParking(entry.sequence())
        || inbox.isLeaving(entry.sequence())
        || entry.state() == Entry.State.RESOLVED) {
      return;
    }
    meters.dropped(Outcome.REJECTED);
    endHot(
        inbox,
        entry,
        Outcome.REJECTED,
        List.of(receipts.step(StepName.REJECTED, "it can't be stored for the device: " + why)),
        () -> {});
  }

  /** Hears that the inbox will never take an entry, and why. */
  public interface Refused {
    void accept(DeviceInbox inbox, Entry entry, String why);
  }
}
