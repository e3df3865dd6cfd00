package dev.tidings.node.inbox;

import dev.tidings.node.parked.LifeRecord;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.parked.RevokedCheck;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the store and notifies its owner. An instance exists as long as this node owns the
 * partition: {@link #init} is called after restoration, {@link #close} when the task moves to
 * another node. A partition that an unexpected failure has closed is given up and acquired again
 * here, as another node would, which has the failed work done once more.
 */
final class InboxProcessor implements Processor<byte[], byte @Nullable [], Void, Void> {

  private static final Logger LOG = LoggerFactory.getLogger(InboxProcessor.class);

  /** How often it is looked whether the partition has failed. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Ownership ownership;
  private final ParkedHeaderReader labels;
  private final RevokedCheck revoked;
  private final SeldomLog skipped = new SeldomLog(LOG);
  private final Reopening reopening = new Reopening();
  private int partition = -1;
  private @Nullable KeyValueStore<Bytes, byte[]> store;
  private @Nullable InboxListener news;

  /**
   * @param revoked decides whether a token was revoked
   */
  InboxProcessor(Ownership ownership, ParkedHeaderReader labels, RevokedCheck revoked) {
    this.ownership = ownership;
    this.labels = labels;
    this.revoked = revoked;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    KeyValueStore<Bytes, byte[]> restored = context.getStateStore(ParkedStore.STORE);
    store = restored;
    partition = context.taskId().partition();
    news = acquire(restored);
    context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, this::reopenIfFailed);
  }

  private InboxListener acquire(KeyValueStore<Bytes, byte[]> restored) {
    ParkedStore parked = new ParkedStore(restored);
    return ownership.acquired(partition, parked, parked.index(labels, revoked));
  }

  private void reopenIfFailed(long now) {
    KeyValueStore<Bytes, byte[]> inbox = store;
    InboxListener owner = news;
    if (inbox == null || owner == null || !owner.hasFailed() || !reopening.isDue(now)) {
      return;
    }
    LOG.warn("partition {}: opened again after an unexpected failure", partition);
    ownership.lost(partition);
    news = acquire(inbox);
    reopening.reopened(now);
  }

  @Override
  public void process(Record<byte[], byte @Nullable []> record) {
    KeyValueStore<Bytes, byte[]> inbox = store;
    InboxListener owner = news;
    if (inbox == null || owner == null) {
      throw new IllegalStateException("process() before init()");
    }
    byte @Nullable [] key = record.key();
    if (key == null) {
      skipped.warn("inbox-%d: a record without a key is skipped".formatted(partition));
      return;
    }
    if (Fence.isFence(key)) {
      owner.fencePassed(key);
      return;
    }
    if (LifeRecord.isKey(key)) {
      lives(inbox, owner, record);
      return;
    }
    InboxKey entry;
    try {
      entry = InboxKey.parse(key);
    } catch (InvalidValueException e) {
      skipped.warn(
          "inbox-%d: a record that is not an entry is skipped: %s"
              .formatted(partition, e.getMessage()));
      return;
    }
    Bytes stored = Bytes.wrap(key);
    byte @Nullable [] before = inbox.get(stored);
    @Nullable ParkedHeader replaced = before == null ? null : labels.read(before);
    byte @Nullable [] value = record.value();
    if (value != null) {
      inbox.put(stored, value);
      owner.stored(entry.device(), entry.sequence(), labels.read(value), replaced);
    } else {
      inbox.delete(stored);
      owner.removed(entry.device(), entry.sequence(), replaced);
    }
  }

  private void lives(
      KeyValueStore<Bytes, byte[]> inbox,
      InboxListener owner,
      Record<byte[], byte @Nullable []> record) {
    byte @Nullable [] value = record.value();
    @Nullable Life life = Life.of(value);
    if (value != null && life != null) {
      inbox.put(Bytes.wrap(record.key()), value);
      owner.lives(life);
    } else {
      skipped.warn("inbox-%d: a life record that cannot be read is skipped".formatted(partition));
    }
  }

  @Override
  public void close() {
    if (news != null) {
      news = null;
      store = null;
      ownership.lost(partition);
    }
  }
}
