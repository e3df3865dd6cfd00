package dev.tidings.bench.floor;

import dev.tidings.bench.measure.CpuTime;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.measure.Stamp;
import dev.tidings.bench.provider.SendPace;
import dev.tidings.infra.process.ServiceProcess;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Measures two hops through the broker with {@link TwoHops} between them, at the rate and with the
 * payload of a load: at least once, acknowledged by all replicas.
 */
public final class PipeFloor {
  private static final Duration START_PATIENCE = Duration.ofMinutes(1);
  private static final Duration SETTLE = Duration.ofSeconds(3);
  private static final int WARM_UP_WINDOW = 200;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /** The size of a notification without its payload. */
  private static final int OVERHEAD = 80;

  private final String brokers;
  private final int partitions;
  private final int keys;
  private final int payloadBytes;
  private final int lingerMillis;

  private final Latencies latencies = new Latencies();
  private final AtomicLong received = new AtomicLong();
  private volatile boolean stopped;
  private volatile Phase phase = Phase.NONE;

  /**
   * Prepares the measurement.
   *
   * @param keys the number of tokens
   */
  public PipeFloor(String brokers, int partitions, int keys, int payloadBytes, int lingerMillis) {
    this.brokers = brokers;
    this.partitions = partitions;
    this.keys = keys;
    this.payloadBytes = payloadBytes;
    this.lingerMillis = lingerMillis;
  }

  /**
   * Measures it.
   *
   * @param rate messages a second; 0: as fast as they arrive
   * @param window how many may be in flight then
   * @param directory for its state and its log
   */
  public FloorResult measure(
      double rate,
      int window,
      Duration warmUp,
      Duration duration,
      List<String> jvmOptions,
      Path directory)
      throws InterruptedException {
    createTopics();
    fillTable();
    ServiceProcess program =
        Program.start(
            TwoHops.class,
            TwoHops.NAME,
            jvmOptions,
            List.of(brokers, directory.resolve("state").toString()),
            directory.resolve(TwoHops.NAME + ".log"));
    try {
      program.awaitReady(START_PATIENCE);
      Thread reader = Thread.ofPlatform().daemon().name("bench-floor").start(this::read);
      long warm = System.nanoTime() + warmUp.toNanos();
      long from = warm + SETTLE.toNanos();
      phase = new Phase(from, from + duration.toNanos());
      Thread writer =
          Thread.ofPlatform()
              .daemon()
              .name("bench-floor-send")
              .start(() -> write(warm, rate, window));
      sleepUntil(from);
      double before = CpuTime.of(program.pid()).micros();
      long countBefore = received.get();
      sleepUntil(phase.until());
      double used = CpuTime.of(program.pid()).micros() - before;
      long count = received.get() - countBefore;
      writer.join();
      Thread.sleep(DRAIN);
      stopped = true;
      reader.join();
      return new FloorResult(count / phase.seconds(), latencies, used / Math.max(1, count));
    } finally {
      program.kill();
    }
  }

  private void createTopics() throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin
          .createTopics(
              Stream.of(TwoHops.IN, TwoHops.TABLE, TwoHops.OUT)
                  .map(name -> new NewTopic(name, Optional.of(partitions), Optional.<Short>empty()))
                  .toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("topics can't be created", e);
    }
  }

  private void fillTable() {
    try (var producer = producer()) {
      for (int key = 0; key < keys; key++) {
        producer.send(new ProducerRecord<>(TwoHops.TABLE, token(key), device(key)));
      }
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            brokers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            lingerMillis,
            ProducerConfig.BATCH_SIZE_CONFIG,
            64 << 10),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /**
   * Warm-up, as fast as messages arrive; before a run at a rate, what is in flight arrives first.
   */
  private void write(long warm, double rate, int window) {
    try (var producer = producer()) {
      if (rate > 0) {
        write(producer, new SendPace.Window(WARM_UP_WINDOW, received::get), warm);
        producer.flush();
        write(producer, new SendPace.Steady(System.nanoTime(), rate), phase.until());
      } else {
        write(producer, new SendPace.Window(window, received::get), phase.until());
      }
    }
  }

  private void write(KafkaProducer<byte[], byte[]> producer, SendPace pace, long until) {
    byte[] payload = Stamp.payload(payloadBytes + OVERHEAD);
    long sent = 0;
    for (long now = System.nanoTime(); now - until < 0; now = System.nanoTime()) {
      for (long allowed = pace.allowed(now); sent < allowed; sent++) {
        int key = (int) (sent % keys);
        Stamp.write(payload, key, 0, pace.meant(sent, now));
        producer.send(new ProducerRecord<>(TwoHops.IN, token(key), payload.clone()));
      }
      LockSupport.parkNanos(pace.waitNanos(sent, System.nanoTime()));
    }
  }

  private void read() {
    try (var consumer =
        new KafkaConsumer<byte[], byte[]>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(
          java.util.stream.IntStream.range(0, partitions)
              .mapToObj(partition -> new TopicPartition(TwoHops.OUT, partition))
              .toList());
      while (!stopped) {
        for (var message : consumer.poll(POLL)) {
          take(message.value());
        }
      }
    }
  }

  private void take(byte @Nullable [] value) {
    if (value == null) {
      return;
    }
    ByteBuf in = Unpooled.wrappedBuffer(value);
    received.incrementAndGet();
    long meant = Stamp.time(in, 0);
    if (phase.contains(meant)) {
      latencies.record(System.nanoTime() - meant);
    }
  }

  /** Of the length of a token. */
  private static byte[] token(int key) {
    return "%064x".formatted(key).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] device(int key) {
    return ("bench-" + key).getBytes(StandardCharsets.US_ASCII);
  }

  private static void sleepUntil(long time) throws InterruptedException {
    long left = time - System.nanoTime();
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }
}
