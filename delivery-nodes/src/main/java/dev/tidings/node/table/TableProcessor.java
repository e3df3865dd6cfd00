package dev.tidings.node.table;

import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import java.util.Arrays;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maintains one partition of a table; exists as long as this node owns the partition. */
final class TableProcessor<V extends SpecificRecord>
    implements Processor<byte[], byte @Nullable [], Void, Void> {
  private static final Logger LOG = LoggerFactory.getLogger(TableProcessor.class);

  private final DeviceTable<V> table;
  private final AvroDeserializer<V> deserializer;
  private final TableRule<V> rule;
  private final SeldomLog skipped = new SeldomLog(LOG);
  private int number = -1;
  private @Nullable KeyValueStore<Bytes, byte[]> store;
  private @Nullable TablePartition<V> partition;

  TableProcessor(DeviceTable<V> table, AvroDeserializer<V> deserializer, TableRule<V> rule) {
    this.table = table;
    this.deserializer = deserializer;
    this.rule = rule;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    KeyValueStore<Bytes, byte[]> restored = context.getStateStore(table.name());
    store = restored;
    number = context.taskId().partition();
    partition = table.acquired(number, restored);
  }

  @Override
  public void process(Record<byte[], byte @Nullable []> record) {
    KeyValueStore<Bytes, byte[]> rows = store;
    TablePartition<V> owned = partition;
    if (rows == null || owned == null) {
      throw new IllegalStateException("process() before init()");
    }
    @Nullable WriteId id = WriteId.of(record.headers());
    byte @Nullable [] bytes = record.key();
    if (bytes != null && WriteId.isFenceKey(bytes)) {
      if (id != null) {
        owned.passed(id);
      }
      return;
    }
    if (bytes == null || !isKey(bytes)) {
      skipped.warn(
          "%s-%d: a record whose key is not a device key is skipped"
              .formatted(table.name(), number));
      return;
    }
    Bytes key = Bytes.wrap(bytes);
    byte @Nullable [] before = rows.get(key);
    byte @Nullable [] after = record.value();
    boolean late = id != null && owned.isLate(id);
    boolean tooLate = late && !rule.countsLate();
    switch (tooLate ? Choice.KEEP : choose(before, after)) {
      case TAKE -> {
        if (late) {
          followUp(owned, key, Objects.requireNonNull(after));
        }
        rows.put(key, Objects.requireNonNull(after));
        table.stored(owned, key);
      }
      case DELETE -> rows.delete(key);
      case KEEP -> {
        if (id != null) {
          // It is no write of this node that is still to come, and would make another needless.
          owned.seen(key, id);
        }
        skipped.warn(
            "%s-%d: a record %s what was there, which stays"
                .formatted(
                    table.name(),
                    number,
                    tooLate ? "of an earlier owner is too late to change" : "does not fit"));
        if (!Arrays.equals(before, after)) {
          table.writeAgain(number, owned, bytes, before);
        }
      }
    }
    if (id != null) {
      owned.seen(key, id);
    }
  }

  private void followUp(TablePartition<V> owned, Bytes key, byte[] late) {
    @Nullable V value = null;
    try {
      value = read(late);
    } catch (SerializationException e) {
      // Its schema is not known yet: nothing can be told of it.
    }
    @Nullable V behind = value == null ? null : rule.behindLate(value);
    if (behind != null) {
      table.writeBehind(number, owned, key, behind);
    }
  }

  private static boolean isKey(byte[] key) {
    try {
      DeviceKey.parse(key);
      return true;
    } catch (InvalidValueException e) {
      return false;
    }
  }

  /** Which record of a key is kept. */
  private enum Choice {
    TAKE,
    DELETE,
    KEEP
  }

  /**
   * Decides which record is kept. While the registry is unavailable, or does not know a schema yet,
   * the rule cannot be applied and the later record wins.
   */
  private Choice choose(byte @Nullable [] before, byte @Nullable [] after) {
    Choice last = after == null ? Choice.DELETE : Choice.TAKE;
    try {
      @Nullable V old = read(before);
      @Nullable V fresh = read(after);
      if (after != null && fresh == null) {
        return old == null ? Choice.DELETE : Choice.KEEP;
      }
      return old == null || rule.accepts(old, fresh) ? last : Choice.KEEP;
    } catch (SerializationException e) {
      return last;
    }
  }

  /** Returns null if there is no record, or if it cannot be decoded. */
  private @Nullable V read(byte @Nullable [] value) {
    try {
      return value == null ? null : deserializer.read(value);
    } catch (UnreadableRecordException e) {
      if (e.isSchemaUnknown()) {
        throw e;
      }
      return null;
    }
  }

  @Override
  public void close() {
    TablePartition<V> owned = partition;
    if (owned != null) {
      partition = null;
      store = null;
      table.lost(number, owned);
    }
  }
}
