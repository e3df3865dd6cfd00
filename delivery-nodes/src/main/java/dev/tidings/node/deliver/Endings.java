package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Parked;
import dev.tidings.node.log.DeadLetters;
import dev.tidings.node.log.LogWrite;
import dev.tidings.node.log.LogWriter;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ways an entry leaves where it is: ended with a receipt, or handed over to the parked inbox.
 * The order in the log is the guarantee: the receipt first, then the offset or the tombstone.
 */
final class Endings {
  private static final String REPEATED =
      "the same notification for the same token came before; it is not delivered twice";

  private final int partition;
  private final LogWriter log;
  private final Receipts receipts;
  private final DeadLetters deadLetters;
  private final NodeMeters meters;
  private final LongSupplier evenMillis;
  private final BiConsumer<DeviceInbox, Entry> ended;
  private final Refused refused;

  /**
   * @param refused hears, on any thread, that an entry can't be parked
   * @param ended hears, on the producer's thread, that an entry's receipt stands in the log
   */
  Endings(int partition, Shared shared, BiConsumer<DeviceInbox, Entry> ended, Refused refused) {
    this.refused = refused;
    this.partition = partition;
    this.log = shared.log();
    this.receipts = shared.receipts();
    this.deadLetters = shared.deadLetters();
    this.meters = shared.meters();
    this.evenMillis = shared.evenMillis();
    this.ended = ended;
  }

  /** By the host's clock: what ends, ends by it, and receipts tell it. */
  long now() {
    return receipts.now();
  }

  /** The time that ages are told by: it runs evenly, whatever the host's clock is set to. */
  long evenNow() {
    return evenMillis.getAsLong();
  }

  /** The device has confirmed it. */
  void confirm(DeviceInbox inbox, Sent sent) {
    meters.confirmed(sent.delivery(), now());
    end(inbox, sent, Outcome.DELIVERED, receipts.step(StepName.CONFIRMED, null));
  }

  /** It was sent, and ends unconfirmed. */
  void drop(DeviceInbox inbox, Sent sent, Verdict verdict) {
    meters.dropped(verdict.outcome());
    end(inbox, sent, verdict.outcome(), step(verdict));
  }

  /** A hot entry is worth nothing any more. */
  void drop(DeviceInbox inbox, Entry entry, Verdict verdict) {
    meters.dropped(verdict.outcome());
    endHot(inbox, entry, verdict.outcome(), List.of(step(verdict)));
  }

  /** It has come before: it is not delivered twice, and its receipt says so. */
  void repeated(Entry entry, Runnable stored) {
    entry.moveTo(Entry.State.ENDING);
    receipts.repeated(entry.device(), entry.delivery(), REPEATED, stored);
  }

  /** A parked entry is worth nothing any more. */
  void drop(DeviceInbox inbox, Parked.Waiting entry, Verdict verdict) {
    meters.dropped(verdict.outcome());
    endParked(inbox, entry.sequence(), entry.delivery(), verdict.outcome(), List.of(step(verdict)));
  }

  private Step step(Verdict verdict) {
    return receipts.step(StepName.valueOf(verdict.outcome().name()), verdict.why());
  }

  private void end(DeviceInbox inbox, Sent sent, Outcome outcome, Step last) {
    List<Step> steps = List.of(receipts.step(StepName.PUSHED, sent.at(), null), last);
    Entry entry = sent.entry();
    if (entry == null || entry.wasParked()) {
      endParked(inbox, sent.sequence(), sent.delivery(), outcome, steps);
    } else if (sent.isHot()) {
      endHot(inbox, entry, outcome, steps);
    } else {
      // Given up before, and confirmed after all: the last receipt wins.
      receipts.write(
          inbox.device(),
          sent.delivery(),
          outcome,
          Receipts.journey(sent.delivery(), steps),
          () -> {});
    }
  }

  /** A parked entry nobody can read leaves as it came. */
  void bury(DeviceInbox inbox, Parked.Garbled entry) {
    byte[] key = InboxKey.bytes(inbox.key(), entry.sequence());
    inbox.leaves(entry.sequence());
    deadLetters.write(
        log.nameOf(LogTopics.INBOX),
        partition,
        entry.sequence(),
        key,
        entry.value(),
        entry.why(),
        () -> log.write(LogWrite.tombstone(LogTopics.INBOX, key, () -> {}).inPartition(partition)));
  }

  private void endHot(DeviceInbox inbox, Entry entry, Outcome outcome, List<Step> more) {
    entry.moveTo(Entry.State.ENDING);
    inbox.cools(entry);
    Delivery delivery = entry.delivery();
    receipts.write(
        inbox.device(),
        delivery,
        outcome,
        Receipts.journey(delivery, more),
        () -> ended.accept(inbox, entry));
  }

  private void endParked(
      DeviceInbox inbox, long sequence, Delivery delivery, Outcome outcome, List<Step> more) {
    byte[] key = InboxKey.bytes(inbox.key(), sequence);
    inbox.leaves(sequence);
    receipts.write(
        inbox.device(),
        delivery,
        outcome,
        Receipts.journey(delivery, more),
        () -> log.write(LogWrite.tombstone(LogTopics.INBOX, key, () -> {}).inPartition(partition)));
  }

  /**
   * Hands a hot entry to the parked inbox. It is resolved when it stands there.
   *
   * @param pushedAt when it was written to a connection; null if it was not
   */
  void park(DeviceInbox inbox, Entry entry, @Nullable Long pushedAt, String why) {
    entry.moveTo(Entry.State.PARKED);
    inbox.cools(entry);
    inbox.parks(entry);
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
            Receipts.journey(delivery, more));
    byte[] key = InboxKey.bytes(inbox.key(), entry.sequence());
    receipts.write(inbox.device(), parked, Outcome.PENDING, parked.getSteps(), () -> {});
    log.write(
        LogWrite.record(LogTopics.INBOX, key, parked, () -> {})
            .inPartition(partition)
            .orElse(refusal -> refused.accept(inbox, entry, refusal)));
  }

  /** The inbox will never take an entry: it ends here, for it can't wait. */
  void unstorable(DeviceInbox inbox, Entry entry, String why) {
    if (inbox.hasParked(entry.sequence()) == null) {
      return;
    }
    meters.dropped(Outcome.REJECTED);
    endHot(
        inbox,
        entry,
        Outcome.REJECTED,
        List.of(step(Verdict.rejected("it can't be stored for the device: " + why))));
  }

  /** Hears that the inbox will never take an entry, and why. */
  interface Refused {
    void accept(DeviceInbox inbox, Entry entry, String why);
  }
}
