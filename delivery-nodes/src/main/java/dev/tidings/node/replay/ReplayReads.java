package dev.tidings.node.replay;

import dev.tidings.node.log.decode.DeliveryDeserializer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log for replays: a few threads with a consumer each, which take turns between the
 * devices, so that a long span holds up no other for longer than a turn. A consumer that nobody
 * needs for a while is closed. Thread-safe.
 */
public final class ReplayReads implements ReplaySource {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayReads.class);
  private static final long IDLE_SECONDS = 30;

  private final ReplayRules rules;
  private final Supplier<LogScan> scans;
  private final ReplayMeters meters;
  private final ReadPace pace;
  private final AtomicInteger running = new AtomicInteger();
  private final Semaphore placesOfOrders;

  private final ReplayTurns<Read> turns = new ReplayTurns<>();

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  private record Read(Slice.Wanted wanted, BiConsumer<@Nullable Slice, @Nullable Throwable> then) {
    void fails(Throwable why) {
      tell(null, why);
    }

    void tell(@Nullable Slice slice, @Nullable Throwable failure) {
      try {
        then.accept(slice, failure);
      } catch (RejectedExecutionException e) {
        // The loops have stopped, and with them who waited for it.
      }
    }
  }

  ReplayReads(ReplayRules rules, Supplier<LogScan> scans, MeterRegistry registry) {
    this.rules = rules;
    this.scans = scans;
    this.meters = new ReplayMeters(registry, running::get);
    this.pace = new ReadPace(rules.bytesPerSecond(), System.nanoTime());
    this.placesOfOrders = new Semaphore(rules.mostOrdered());
  }

  /**
   * Creates one; it reads nothing before {@link #start}.
   *
   * @param consumers each without a group
   * @param deserializers each for one thread
   * @param topic {@code deliveries}, as it is named here
   * @param tokens of devices
   */
  public static ReplayReads of(
      ReplayRules rules,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Supplier<DeliveryDeserializer> deserializers,
      String topic,
      OwnTokens tokens,
      MeterRegistry registry) {
    return new ReplayReads(
        rules, () -> new LogScan(consumers.get(), deserializers.get(), topic, tokens), registry);
  }

  /** Starts the threads, which hold nothing as long as nobody asks. */
  public void start() {
    for (int i = 0; i < rules.readers(); i++) {
      threads.add(Thread.ofPlatform().name("replay-" + i).daemon().start(this::run));
    }
  }

  @Override
  public ReplayRules rules() {
    return rules;
  }

  @Override
  public boolean enter() {
    boolean free = running.getAndUpdate(now -> Math.min(rules.most(), now + 1)) < rules.most();
    if (!free) {
      meters.refused();
    }
    return free;
  }

  @Override
  public void leave() {
    running.decrementAndGet();
  }

  @Override
  public void read(Slice.Wanted wanted, BiConsumer<@Nullable Slice, @Nullable Throwable> then) {
    add(false, new Read(wanted, then));
  }

  private void add(boolean order, Read read) {
    turns.add(order, read);
    if (isStopped() && turns.remove(order, read)) {
      read.fails(new IllegalStateException("the node stops"));
    }
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  @Override
  public ReplaySource ordered() {
    return new Ordered();
  }

  private final class Ordered implements ReplaySource {
    @Override
    public ReplayRules rules() {
      return rules;
    }

    @Override
    public boolean enter() {
      return placesOfOrders.tryAcquire();
    }

    @Override
    public void leave() {
      placesOfOrders.release();
    }

    @Override
    public void read(Slice.Wanted wanted, BiConsumer<@Nullable Slice, @Nullable Throwable> then) {
      add(true, new Read(wanted, then));
    }

    @Override
    public ReplaySource ordered() {
      return this;
    }
  }

  private void run() {
    @Nullable LogScan scan = null;
    try {
      while (!isStopped()) {
        @Nullable Read next = turns.next(IDLE_SECONDS, this::isStopped);
        if (next == null) {
          scan = closed(scan);
        } else {
          scan = read(next, scan);
        }
      }
    } catch (InterruptedException e) {
      // The node stops.
    } finally {
      closed(scan);
    }
  }

  private @Nullable LogScan read(Read read, @Nullable LogScan open) throws InterruptedException {
    if (read.wanted().cancelled().getAsBoolean()) {
      read.fails(new IllegalStateException("nobody waits for it"));
      return open;
    }
    @Nullable LogScan scan = open;
    Slice slice;
    try {
      if (scan == null) {
        scan = scans.get();
      }
      slice = scan.read(read.wanted(), bytes -> goesOn(read, bytes));
    } catch (InterruptedException e) {
      read.fails(e);
      closed(scan);
      throw e;
    } catch (TokensUnknownException e) {
      LOG.debug("deliveries-{}: no replay", read.wanted().partition(), e);
      read.fails(e);
      return scan;
    } catch (RuntimeException | Error e) {
      // Whatever it is, the one who waits is told, and the others are read for.
      LOG.debug("deliveries-{}: no replay", read.wanted().partition(), e);
      read.fails(e);
      return closed(scan);
    }
    meters.found(slice.records().size());
    read.tell(slice, null);
    return scan;
  }

  private boolean goesOn(Read read, long bytes) throws InterruptedException {
    meters.read(bytes);
    long pause = bytes == 0 ? 0 : pace.take(bytes, System.nanoTime());
    boolean ends = pause > 0 && stopped.await(pause, TimeUnit.NANOSECONDS);
    return !ends && !read.wanted().cancelled().getAsBoolean();
  }

  private static @Nullable LogScan closed(@Nullable LogScan scan) {
    if (scan != null) {
      try {
        scan.close();
      } catch (RuntimeException e) {
        LOG.debug("closing a consumer", e);
      }
    }
    return null;
  }

  /** Stops reading; what waits is told. */
  public void close() throws InterruptedException {
    stopped.countDown();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    }
    for (@Nullable Read read = turns.poll(); read != null; read = turns.poll()) {
      read.fails(new IllegalStateException("the node stops"));
    }
  }
}
