package dev.tidings.bench.floor;

import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.KTable;

/**
 * The minimal resolution of a token to a device: from one topic, joined with a table, to another
 * topic under another key. A separate program; arguments: the brokers, a state directory.
 */
public final class TwoHops {
  static final String IN = "bench.in";
  static final String TABLE = "bench.table";
  static final String OUT = "bench.out";
  static final String NAME = "two-hops";

  private TwoHops() {}

  private record Addressed(byte[] device, byte[] value) {}

  /** Runs until its process ends; prints READY once it is running. */
  public static void main(String[] args) throws InterruptedException {
    var builder = new StreamsBuilder();
    KTable<byte[], byte[]> devices = builder.table(TABLE);
    builder.<byte[], byte[]>stream(IN)
        .join(devices, (value, device) -> new Addressed(device, value))
        .map((token, addressed) -> KeyValue.pair(addressed.device(), addressed.value()))
        .to(OUT);
    var streams = new KafkaStreams(builder.build(), properties(args[0], args[1]));
    var running = new CountDownLatch(1);
    streams.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING) {
        running.countDown();
      }
    });
    streams.start();
    running.await();
    System.out.println("READY " + NAME);
    Thread.currentThread().join();
  }

  private static Properties properties(String brokers, String stateDirectory) {
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench-" + NAME);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.put(
        StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class.getName());
    properties.put(
        StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class.getName());
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    return properties;
  }
}
