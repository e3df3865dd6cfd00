package dev.tidings.streams.schedule;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.schedule.DueIndex.Entry;
import dev.tidings.streams.step.RearrangedTable;
import dev.tidings.streams.step.StepContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The table of what is scheduled: what its topic has, by key and in the order of the times. The
 * order is on disk too, and is kept up while the table is restored, so that nobody ever has to read
 * the whole of it to find what is due next. Confined to the task's thread, which has it from the
 * one that restores.
 */
final class ScheduleStore extends RearrangedTable {
  /** The limit of entries of one task: they are on disk, and in the log as long as it takes. */
  private static final int MOST = 2_000_000;

  /** The time of what cannot be read: it is looked at, and not among the others. */
  static final long UNKNOWN = 0;

  /** After a registry did not answer, it is asked for nothing by what does not wait for so long. */
  private static final long NOT_ASKED_MILLIS = Duration.ofSeconds(10).toMillis();

  private final ScheduleRows rows;
  private final AvroDeserializer<Notification> values;
  private final RegistryRetry patience;
  private final InstantSource clock;
  private final int partitions;
  private int partition;
  private long notAskedUntil = Long.MIN_VALUE;

  /** Creates a table whose rows are in a store that it opens and closes. */
  ScheduleStore(KeyValueStore<Bytes, byte[]> store, StepContext context) {
    super(store);
    this.rows = new ScheduleRows(store, this::isSame);
    this.values = AvroDeserializer.atOnce(context.registry(), Notification.class);
    this.patience = context.patience();
    this.clock = context.clock();
    this.partitions = context.partitions();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    partition = context.taskId().partition();
    super.init(context, root);
    rows.open();
  }

  @Override
  protected void restore(Collection<KeyValue<byte[], byte[]>> records) {
    for (KeyValue<byte[], byte[]> record : records) {
      if (isKey(record.key) && isHere(record.key)) {
        rows.put(Bytes.wrap(record.key), record.value, restoredDue(record.value));
      }
    }
    rows.write();
  }

  private static boolean isKey(byte @Nullable [] key) {
    try {
      if (key != null) {
        ScheduleKey _ = ScheduleKey.parse(key);
      }
      return key != null;
    } catch (InvalidValueException e) {
      return false;
    }
  }

  /**
   * Returns whether a key is of the token of this partition: what another program put back, by its
   * own hash of the key, may be in any.
   */
  boolean isHere(byte[] key) {
    return ScheduleKey.partition(key, partitions) == partition;
  }

  /** A restoration waits for no registry: what cannot be read now is looked at later. */
  private long restoredDue(byte @Nullable [] value) {
    @Nullable Long due = value == null ? null : readNow(value);
    return due == null ? UNKNOWN : due;
  }

  /** Returns whether a value can be read at once, or never: no registry has to be waited for. */
  boolean isAnswered(byte[] value) {
    return readNow(value) != null;
  }

  /** Returns a time as {@link #read} does; null if a registry would have to be waited for. */
  private @Nullable Long readNow(byte[] value) {
    if (clock.millis() < notAskedUntil) {
      return null;
    }
    try {
      return read(value);
    } catch (RegistryException.Unavailable e) {
      notAskedUntil = clock.millis() + NOT_ASKED_MILLIS;
      return null;
    }
  }

  private long read(byte[] value) {
    try {
      @Nullable Long due = values.read(value).getDeliverAt();
      return due == null ? UNKNOWN : due;
    } catch (UnreadableRecordException e) {
      return UNKNOWN;
    }
  }

  private boolean isSame(byte[] one, byte[] other) {
    try {
      return asAccepted(one).equals(asAccepted(other));
    } catch (UnreadableRecordException | RegistryException.Unavailable e) {
      return Arrays.equals(one, other);
    }
  }

  private Notification asAccepted(byte[] value) {
    Notification notification = values.read(value);
    notification.put("scheduledAt", null);
    notification.put("scheduledBy", null);
    return notification;
  }

  /** Returns how many entries and withdrawals there are. */
  int count() {
    return rows.count();
  }

  /**
   * Checks that there is room for an entry.
   *
   * @throws InvalidValueException if there is none
   */
  void checkRoom(Bytes key) {
    if (rows.count() >= MOST && rows.entry(key) == null) {
      throw new InvalidValueException(
          "deliverAt", rows.count() + " others are scheduled", "fewer than " + MOST);
    }
  }

  byte @Nullable [] get(Bytes key) {
    return rows.get(key);
  }

  /** Returns the entry of a key; null if there is none. */
  @Nullable Entry entry(Bytes key) {
    return rows.entry(key);
  }

  /** Takes what the topic has under a key, which is one of the schedule's. */
  void put(Bytes key, byte @Nullable [] value) {
    rows.put(key, value, value == null ? UNKNOWN : patience.ask(() -> read(value)));
    rows.write();
  }

  /** Gives an entry another time: its own, if that could not be read before, or none. */
  Entry setTime(Bytes key, byte[] value, long due) {
    rows.put(key, value, due);
    rows.write();
    return new Entry(due, key);
  }

  /** Returns the entries that follow one, in the order of their times: so many at most. */
  List<Entry> behind(Entry one, int most) {
    return rows.behind(one, most);
  }

  /** Returns the keys that follow one among those whose time is not known: so many at most. */
  List<Bytes> ofUnknownTime(Bytes one, int most) {
    return rows.ofUnknownTime(one, most);
  }

  /** Returns whether the topic has another notification behind a withdrawal of the same key. */
  boolean isOvertaken(Bytes withdrawal) {
    return rows.isOvertaken(withdrawal);
  }

  /** Returns the keys of all withdrawals. */
  List<Bytes> withdrawals() {
    return rows.withdrawals();
  }
}
