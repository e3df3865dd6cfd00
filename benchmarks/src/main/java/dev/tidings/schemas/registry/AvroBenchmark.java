package dev.tidings.schemas.registry;

import dev.tidings.bench.micro.Samples;
import dev.tidings.bench.micro.SchemaIds;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.topic.LogTopics;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Measures how records in the wire format are written and read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
// JMH sets the fields.
@SuppressWarnings("NullAway.Init")
@NullMarked
public class AvroBenchmark {
  private final Notification notification = Samples.notification();
  private final Delivery delivery = Samples.delivery();
  private final Receipt receipt = Samples.receipt();

  private SchemaIds ids;
  private AvroSerializer<Notification> notifications;
  private AvroSerializer<Delivery> deliveries;
  private AvroSerializer<Receipt> receipts;
  private AvroDeserializer<Notification> notificationReader;
  private AvroDeserializer<Delivery> deliveryReader;
  private byte[] notificationBytes;
  private byte[] deliveryBytes;

  @Setup(Level.Trial)
  public void open() {
    ids = new SchemaIds();
    notifications = new AvroSerializer<>(ids.client());
    deliveries = new AvroSerializer<>(ids.client());
    receipts = new AvroSerializer<>(ids.client());
    notificationReader = new AvroDeserializer<>(ids.client(), Notification.class);
    deliveryReader = new AvroDeserializer<>(ids.client(), Delivery.class);
    notificationBytes = writeNotification();
    deliveryBytes = writeDelivery();
  }

  @TearDown(Level.Trial)
  public void close() {
    ids.close();
  }

  @Benchmark
  public byte[] writeNotification() {
    return bytes(notifications.serialize(LogTopics.NOTIFICATIONS.name(), notification));
  }

  @Benchmark
  public byte[] writeDelivery() {
    return bytes(deliveries.serialize(LogTopics.DELIVERIES.name(), delivery));
  }

  @Benchmark
  public byte[] writeReceipt() {
    return bytes(receipts.serialize(LogTopics.RECEIPTS.name(), receipt));
  }

  @Benchmark
  public Notification readNotification() {
    return notificationReader.read(notificationBytes);
  }

  @Benchmark
  public Delivery readDelivery() {
    return deliveryReader.read(deliveryBytes);
  }

  private static byte[] bytes(byte @Nullable [] written) {
    return Objects.requireNonNull(written, "a record");
  }
}
