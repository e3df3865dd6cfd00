package dev.tidings.ingest.receipts;

import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.body.SharedMemory;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.log.Repeated;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * The open streams, and what they share: the end of the log, turns at reading the rest of it,
 * memory, and a clock. Nothing runs before the first stream is opened. Thread-safe.
 */
public final class ReceiptStreams implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration BETWEEN_TIDYINGS = Duration.ofMinutes(1);

  /** Clients connect again at different times, so that not all of a node's come at once. */
  private static final int RETRY_MILLIS = 1_000;

  /** With less, nobody who is behind could read anything. */
  private static final long SMALLEST_BYTES = 256 * 1024;

  private static final int RETRY_SPREAD_MILLIS = 4_000;

  private final Feeds feeds;
  private final ReceiptTail tail;
  private final CatchUp catchUp;
  private final StreamPlaces places;
  private final SharedMemory memory;
  private final BodyMemory parts;
  private final ReceiptMeters meters;
  private final LongSupplier nanoTime;
  private final Set<ReceiptStream> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean started = new AtomicBoolean();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("receipts-clock").factory());

  /**
   * How much there may be of what.
   *
   * @param streams at once
   * @param perTeam of these, of one team
   * @param perAddress of these, of one address
   * @param readers who read the log at once for those who are behind
   * @param batches how many others read batches
   * @param bytes memory: half of it for the newest events, half for what was read of the log
   */
  public record Bounds(
      int streams, int perTeam, int perAddress, int readers, int batches, long bytes) {}

  /**
   * Creates what streams share.
   *
   * @param admin owned and closed by the caller
   */
  public static ReceiptStreams of(
      KafkaClients clients,
      String topic,
      Admin admin,
      RegistryClient registry,
      Bounds bounds,
      MeterRegistry metrics) {
    ReceiptMeters meters = new ReceiptMeters(metrics);
    SchemaPatience patience = new SchemaPatience(System::nanoTime);
    ReceiptStreams made =
        new ReceiptStreams(
            ReceiptSource.of(clients, topic, admin),
            () -> new ReceiptDecoder(registry, meters, patience),
            bounds,
            meters,
            System::nanoTime);
    meters.bind(made);
    return made;
  }

  ReceiptStreams(
      ReceiptSource source,
      Supplier<ReceiptDecoder> decoders,
      Bounds bounds,
      ReceiptMeters meters,
      LongSupplier nanoTime) {
    this.feeds = new Feeds(bounds.bytes() / 2);
    this.tail = new ReceiptTail(source, feeds, decoders.get());
    this.catchUp =
        new CatchUp(
            source,
            decoders,
            meters,
            bounds.readers(),
            bounds.perTeam(),
            bounds.streams() + bounds.batches());
    this.places = new StreamPlaces(bounds.streams(), bounds.perTeam(), bounds.perAddress());
    this.parts = new BodyMemory(Math.max(SMALLEST_BYTES, bounds.bytes() / 2));
    this.memory = new SharedMemory(parts);
    this.meters = meters;
    this.nanoTime = nanoTime;
  }

  /** What becomes of a request for a stream. */
  sealed interface Opening {
    record Opened(ReceiptStream stream) implements Opening {}

    record Refused(StreamPlaces.Full full) implements Opening {}
  }

  /** Opens a stream, if there is a place for it. */
  Opening open(StreamRequest request) {
    Optional<StreamPlaces.Full> full = places.take(request.owner(), request.address());
    if (full.isPresent()) {
      meters.refused();
      return new Opening.Refused(full.get());
    }
    long retry = (long) RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_SPREAD_MILLIS);
    ReceiptStream stream = new ReceiptStream(this, request, memory.open(request.owner()), retry);
    open.add(stream);
    feeds.add(request.app(), stream.waker());
    begin();
    return new Opening.Opened(stream);
  }

  /**
   * Reads the receipts of an app in batches, beside the streams: takes no place of theirs.
   *
   * @param owner who shares memory and turns at the log with it
   * @param from where it begins; null to begin at a time
   * @param since that time
   */
  public ReceiptBatches follow(String app, Object owner, @Nullable Cursor from, Instant since) {
    FollowedReceipts batches =
        new FollowedReceipts(this, app, owner, memory.open(owner), from, since.toEpochMilli());
    feeds.add(app, batches.waker());
    begin();
    return batches;
  }

  /** Nobody reads these any more. */
  void left(FollowedReceipts batches) {
    feeds.remove(batches.app(), batches.waker());
  }

  private void begin() {
    if (!started.getAndSet(true)) {
      tail.start();
      clock.scheduleAtFixedRate(
          Repeated.of(
              ReceiptStreams.class,
              "the clock of streams",
              () -> open.forEach(ReceiptStream::wake)),
          TICK.toMillis(),
          TICK.toMillis(),
          TimeUnit.MILLISECONDS);
      clock.scheduleAtFixedRate(
          Repeated.of(ReceiptStreams.class, "the tidying of readers", catchUp::tidy),
          BETWEEN_TIDYINGS.toMillis(),
          BETWEEN_TIDYINGS.toMillis(),
          TimeUnit.MILLISECONDS);
    }
    tail.wanted();
  }

  /** A stream has ended. */
  void closed(ReceiptStream stream) {
    if (open.remove(stream)) {
      StreamRequest request = stream.request();
      feeds.remove(request.app(), stream.waker());
      places.leave(request.owner(), request.address());
    }
  }

  /** Reads a part of the log when its turn comes. */
  void read(Object owner, CatchUp.Ask ask, Consumer<LogPart> then) {
    // Owners with the same hash take turns together.
    catchUp.read(owner.hashCode(), ask, then);
  }

  Feeds feeds() {
    return feeds;
  }

  ReceiptMeters meters() {
    return meters;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  int count() {
    return places.taken();
  }

  int waiting() {
    return catchUp.waiting();
  }

  long bytes() {
    return feeds.bytes() + parts.taken();
  }

  @Override
  public void close() throws InterruptedException {
    clock.shutdownNow();
    catchUp.close();
    if (started.get()) {
      tail.close();
    }
  }
}
