package dev.tidings.node.mqtt.decode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Measures the decoding of what a device sends, from bytes to packets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
// JMH sets the fields.
@SuppressWarnings("NullAway.Init")
@NullMarked
public class PacketDecoderBenchmark {
  private static final int MAX_PACKET = 65_536;
  private static final int PUBACKS = 16;
  private static final byte[] CONNECT = {
    0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 5, 0, 0, 0, 0, 0, 1, 'd'
  };

  private EmbeddedChannel channel;
  private ByteBuf pubacks;
  private ByteBuf publish;

  /** The end of the pipeline. */
  private static final class Sink extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }
  }

  @Setup(Level.Trial)
  public void connect() {
    channel = new EmbeddedChannel(new PacketDecoder(MAX_PACKET), new Sink());
    channel.writeInbound(Unpooled.wrappedBuffer(CONNECT));
    pubacks = channel.alloc().directBuffer();
    for (int id = 1; id <= PUBACKS; id++) {
      pubacks.writeShort(0x4002).writeShort(id);
    }
    byte[] topic = "$tidings/register".getBytes(StandardCharsets.US_ASCII);
    byte[] payload = "{\"app\":\"com.example.bench\"}".getBytes(StandardCharsets.US_ASCII);
    publish = channel.alloc().directBuffer();
    publish.writeByte(0x32).writeByte(2 + topic.length + 3 + payload.length);
    publish.writeShort(topic.length).writeBytes(topic).writeShort(1).writeByte(0);
    publish.writeBytes(payload);
  }

  @TearDown(Level.Trial)
  public void close() {
    pubacks.release();
    publish.release();
    channel.finishAndReleaseAll();
  }

  /** For each of several packets in one read. */
  @Benchmark
  @OperationsPerInvocation(PUBACKS)
  public void puback() {
    channel.pipeline().fireChannelRead(pubacks.retainedDuplicate());
  }

  @Benchmark
  public void registration() {
    channel.pipeline().fireChannelRead(publish.retainedDuplicate());
  }
}
