package dev.tidings.node.mqtt.publish;

import dev.tidings.bench.micro.Samples;
import dev.tidings.schemas.avro.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures the encoding of a notification, from a record to the bytes of its PUBLISH. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullMarked
public class NotificationWriterBenchmark {
  private final NotificationWriter writer = new NotificationWriter(InstantSource.system());
  private final Delivery delivery = Samples.delivery();
  private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(2048);

  @Benchmark
  public ByteBuf mqtt5() {
    writer.write(out.clear(), delivery, MqttVersion.MQTT_5, 7, false, null);
    return out;
  }

  @Benchmark
  public ByteBuf mqtt311() {
    writer.write(out.clear(), delivery, MqttVersion.MQTT_3_1_1, 7, false, null);
    return out;
  }

  /** The check, for each notification, whether it can be sent. */
  @Benchmark
  public boolean obstacle() {
    return writer.obstacle(delivery, MqttVersion.MQTT_5, Integer.MAX_VALUE, null).isPresent();
  }
}
