package dev.tidings.bench.provider;

import dev.tidings.bench.measure.Stamp;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A provider that writes {@code Notification}s to the log, on a thread of its own. */
public final class LogProvider implements Provider {
  private static final int BATCH_BYTES = 64 << 10;
  private static final int IMMEDIATE = 10;

  /** The wall clock at the origin of {@link System#nanoTime}. */
  private static final long ORIGIN_MILLIS =
      System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());

  private final SendLog sendLog = new SendLog();
  private final Recipients recipients;
  private final String app;
  private final byte[] payload;
  private final KafkaProducer<byte[], Notification> producer;
  private final SplittableRandom random = new SplittableRandom();
  private final boolean scheduled;
  private volatile boolean stopped;
  private @Nullable Thread thread;

  /**
   * Creates the producer, which waits for all replicas.
   *
   * @param lingerMillis how long it waits for more records for a batch
   * @param scheduled whether each is scheduled for the time at which it is meant to be sent
   */
  public LogProvider(
      String bootstrapServers,
      String registryUrl,
      String app,
      Recipients recipients,
      int payloadBytes,
      int lingerMillis,
      boolean scheduled) {
    this.recipients = recipients;
    this.app = app;
    this.scheduled = scheduled;
    this.payload = Stamp.payload(payloadBytes);
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.LINGER_MS_CONFIG, lingerMillis,
            ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES,
            RegistryConfig.URL, registryUrl,
            RegistryConfig.AUTO_REGISTER, "false");
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), serializer(settings));
  }

  private static AvroSerializer<Notification> serializer(Map<String, Object> settings) {
    var serializer = new AvroSerializer<Notification>();
    serializer.configure(settings, false);
    return serializer;
  }

  @Override
  public void start(SendPace pace) {
    stopped = false;
    thread = Thread.ofPlatform().daemon().name("bench-provider").start(() -> send(pace));
  }

  private void send(SendPace pace) {
    long sent = 0;
    while (!stopped) {
      long now = System.nanoTime();
      long due = pace.allowed(now) - sent;
      for (long i = 0; i < due && !stopped; i++) {
        send(pace.meant(sent++, now));
      }
      LockSupport.parkNanos(pace.waitNanos(sent, System.nanoTime()));
    }
  }

  private void send(long meant) {
    int device = recipients.next();
    int sequence = recipients.take();
    Stamp.write(payload, device, sequence, meant);
    Notification notification = notification(scheduled ? millis(meant) : null);
    producer.send(
        new ProducerRecord<>(
            LogTopics.NOTIFICATIONS.name(), recipients.token(device), notification),
        (metadata, failure) -> {
          if (failure == null) {
            sendLog.accepted(meant, System.nanoTime());
          } else {
            sendLog.refused(device, sequence, String.valueOf(failure));
          }
        });
    sendLog.sent();
  }

  /** Returns the next whole millisecond of the wall clock. */
  private static long millis(long nanoTime) {
    return ORIGIN_MILLIS + TimeUnit.NANOSECONDS.toMillis(nanoTime) + 1;
  }

  private Notification notification(@Nullable Long deliverAt) {
    return Notification.newBuilder()
        .setId(new UUID(random.nextLong(), random.nextLong()).toString())
        .setApp(app)
        .setPayload(ByteBuffer.wrap(payload))
        .setPriority(IMMEDIATE)
        .setPushType("alert")
        .setDeliverAt(deliverAt)
        .build();
  }

  /**
   * Schedules notifications that nobody waits for: they are not counted. Returns when the log has
   * them. Not to be called while it sends.
   *
   * @param from the time of the first, in ms since the epoch; the others follow 1 ms apart
   */
  public void schedule(int count, long from) {
    for (int i = 0; i < count; i++) {
      byte[] token = recipients.token(i % recipients.size());
      producer.send(
          new ProducerRecord<>(LogTopics.NOTIFICATIONS.name(), token, notification(from + i)),
          (metadata, failure) -> {
            if (failure != null) {
              sendLog.refused(0, -1, String.valueOf(failure));
            }
          });
    }
    producer.flush();
  }

  @Override
  public boolean stop(Duration patience) throws InterruptedException {
    stopped = true;
    Thread sending = thread;
    if (sending != null && !sending.join(patience)) {
      return false;
    }
    producer.flush();
    return true;
  }

  @Override
  public SendLog answers() {
    return sendLog;
  }

  @Override
  public Recipients recipients() {
    return recipients;
  }

  @Override
  public void close() {
    stopped = true;
    producer.close(Duration.ofSeconds(5));
  }
}
