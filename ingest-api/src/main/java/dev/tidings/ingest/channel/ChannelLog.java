package dev.tidings.ingest.channel;

import dev.tidings.schemas.avro.Channel;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.service.kafka.ProducerFailure;
import dev.tidings.service.kafka.producer.ProducerSource;
import dev.tidings.service.kafka.producer.SharedAvroSerializer;
import dev.tidings.service.log.SeldomLog;
import dev.tidings.service.table.TableReader;
import dev.tidings.service.table.TableSource;
import dev.tidings.service.table.TableWaits;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code channels}: one record for each, read whole by every process. Creating and
 * deleting one is one write each, so a crash leaves nothing half done.
 */
public final class ChannelLog implements Channels, AutoCloseable {
  public static final String LIVE_ACTIVITY = "LiveActivity";

  /** How many are written at a time, and how many wait to know what there is. */
  private static final int AT_ONCE = 64;

  private final ProducerSource producers;
  private final SharedAvroSerializer<Channel> serializer;
  private final String topic;
  private final String instance;
  private final InstantSource clock;
  private final ChannelTable table;
  private final TableReader<ChannelTable.Change> reader;
  private final TableWaits waits;
  private final Semaphore writing = new Semaphore(AT_ONCE);
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(ChannelLog.class));

  /**
   * Starts reading.
   *
   * @param source the topic {@code channels}
   * @param producers do not block
   * @param most how many are kept in memory at most
   */
  public ChannelLog(
      TableSource source,
      ProducerSource producers,
      RegistryClient registry,
      int most,
      String instance,
      InstantSource clock) {
    this.producers = producers;
    this.serializer = new SharedAvroSerializer<>(registry);
    this.topic = source.topic();
    this.instance = instance;
    this.clock = clock;
    this.table = new ChannelTable(most);
    AvroDeserializer<Channel> deserializer = new AvroDeserializer<>(registry, Channel.class);
    this.reader =
        TableReader.start(
            "channels", source, record -> ChannelTable.change(record, deserializer), table, clock);
    this.waits = new TableWaits(reader, AT_ONCE);
  }

  @Override
  public boolean isKnown() {
    return reader.isWhole();
  }

  @Override
  public Optional<Found> find(ChannelKey key) {
    return table.find(key);
  }

  @Override
  public List<String> ids(String app) {
    return table.ids(app);
  }

  @Override
  public int count(Predicate<String> app) {
    return table.count(app);
  }

  @Override
  public Optional<CompletionStage<Void>> catchUp() {
    return waits.readToEnd();
  }

  @Override
  public void create(ChannelKey key, boolean stores, Consumer<ChannelResult> result) {
    Channel channel = new Channel(stores, LIVE_ACTIVITY, clock.millis(), instance);
    write(key, channel, result);
  }

  /** It was read before: nothing that is still to be read brings it back. */
  @Override
  public void delete(ChannelKey key, Consumer<ChannelResult> result) {
    write(
        key,
        null,
        written -> {
          if (written instanceof ChannelResult.Done) {
            table.remove(key);
          }
          result.accept(written);
        });
  }

  private void write(ChannelKey key, @Nullable Channel channel, Consumer<ChannelResult> result) {
    if (!writing.tryAcquire()) {
      result.accept(new ChannelResult.Busy());
      return;
    }
    byte @Nullable [] value;
    try {
      value = channel == null ? null : serializer.serialize(topic, channel);
    } catch (RuntimeException e) {
      writing.release();
      result.accept(failed(key, e));
      return;
    }
    producers.send(
        new ProducerRecord<>(topic, key.bytes(), value),
        failure -> {
          writing.release();
          result.accept(failure == null ? new ChannelResult.Done() : failed(key, failure));
        });
  }

  private ChannelResult failed(ChannelKey key, Exception failure) {
    if (ProducerFailure.mayPass(failure)) {
      return new ChannelResult.NotWritten();
    }
    // Without the id: whoever knows it can join the channel.
    failures.error("a channel of " + key.app() + " not written", failure);
    return new ChannelResult.Failed();
  }

  /** Returns how many there are, as far as it is read. */
  public int size() {
    return table.size();
  }

  /** Returns how many were read that found no room. */
  public long leftOut() {
    return table.leftOut();
  }

  /** Returns how often the end of the topic was not waited for, because too many did. */
  public long crowded() {
    return waits.crowded();
  }

  /** Returns the number of records of the topic that are not read yet. */
  public long lag() {
    return reader.lag();
  }

  @Override
  public void close() throws InterruptedException {
    reader.close();
  }
}
