package dev.tidings.node.deliver;

import dev.tidings.bench.micro.Samples;
import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.PacketIds;
import dev.tidings.node.device.Sent;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.avro.Delivery;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Measures a partition's bookkeeping for one delivery, from the log to the device's confirmation,
 * without a channel or a log.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullMarked
public class DispatchBenchmark {
  private static final int REMEMBERED = 100_000;
  private static final long NOW = 1_790_000_000_000L;

  private final Delivery delivery = Samples.delivery();
  private final Window window = new Window(0);
  private final DeviceInbox inbox = new DeviceInbox(Samples.DEVICE, new ParkedRange());
  private final PacketIds packetIds = new PacketIds(1);
  private final RecentDeliveries recent = new RecentDeliveries(REMEMBERED);
  private long sequence;

  @Benchmark
  public long dispatch() {
    var entry = new Entry(sequence++, Samples.DEVICE, delivery, 512, NOW);
    window.add(entry);
    inbox.addOpen(entry, CollapseKeys.NONE);
    Entry next = inbox.pollOpen();
    if (next == null) {
      throw new IllegalStateException("nothing is open");
    }
    next.sent(NOW);
    inbox.recordPush(next.sequence());
    int packetId = packetIds.put(new Sent(next.sequence(), delivery, next, NOW));
    packetIds.remove(packetId);
    window.resolve(next);
    return window.low();
  }

  /** The check whether it has been read before. */
  @Benchmark
  public boolean recognise() {
    return recent.add(Samples.ID, Samples.TOKEN.hex(), Samples.DEVICE);
  }
}
