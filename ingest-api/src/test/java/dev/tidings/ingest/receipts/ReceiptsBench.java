package dev.tidings.ingest.receipts;

import static org.awaitility.Awaitility.await;

import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.http.BodyWriter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A node's streams over a log, with clients that read as much as they are told to. */
final class ReceiptsBench implements AutoCloseable {
  static final ReceiptStreams.Bounds BOUNDS = new ReceiptStreams.Bounds(10, 5, 5, 2, 1, 4 << 20);

  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final AtomicLong nanos = new AtomicLong();
  final ReceiptStreams streams;

  ReceiptsBench(FakeReceiptLog log) {
    this(log, BOUNDS);
  }

  ReceiptsBench(FakeReceiptLog log, ReceiptStreams.Bounds bounds) {
    ReceiptMeters meters = new ReceiptMeters(metrics);
    SchemaPatience patience = new SchemaPatience(System::nanoTime);
    streams =
        new ReceiptStreams(
            log.source(),
            () -> new ReceiptDecoder(log.registry, meters, patience),
            bounds,
            meters,
            () -> System.nanoTime() + nanos.get());
    meters.bind(streams);
  }

  /** An event as a client reads it. */
  record Event(String name, String id, String data) {
    /** The notification's id in it. */
    String notification() {
      return data.replaceAll(".*?\"id\":\"([^\"]*)\".*", "$1");
    }
  }

  Client open(String app, @Nullable String after, @Nullable Long since) {
    return open(
        new StreamRequest(
            app, "team", 1, after == null ? null : Cursor.parse(after).orElseThrow(), since, null));
  }

  Client open(String app, ProviderStanding standing) {
    return open(new StreamRequest(app, "team", 1, null, null, standing));
  }

  Client open(StreamRequest request) {
    if (streams.open(request) instanceof ReceiptStreams.Opening.Opened(ReceiptStream stream)) {
      return new Client(stream);
    }
    throw new AssertionError("no place for " + request);
  }

  /** One client; the test's thread is its event loop. */
  static final class Client implements BodyWriter {
    final ReceiptStream stream;
    private final AtomicBoolean woken = new AtomicBoolean(true);
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final List<Event> events = new ArrayList<>();
    private int parsed;
    boolean reads = true;
    // How many parts it has room for, once it reads slowly.
    int room = Integer.MAX_VALUE;
    boolean ended;

    Client(ReceiptStream stream) {
      this.stream = stream;
    }

    @Override
    public boolean isWritable() {
      return reads && room > 0 && !ended;
    }

    @Override
    public boolean write(byte[] part) {
      if (!isWritable()) {
        throw new IllegalStateException("not writable");
      }
      got.writeBytes(part);
      room--;
      return isWritable();
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void end(byte[] last) {
      got.writeBytes(last);
      ended = true;
    }

    @Override
    public void wake() {
      woken.set(true);
    }

    /** Writes what there is, if it was woken. */
    boolean turn() {
      boolean due = woken.getAndSet(false);
      if (due) {
        stream.produce(this);
      }
      return due;
    }

    String text() {
      return got.toString(StandardCharsets.UTF_8);
    }

    /** Reads on until it has what is wanted. */
    List<Event> until(Predicate<List<Event>> wanted) {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> wanted.test(events()) || (turn() && wanted.test(events())));
      return events();
    }

    /** Reads on until so many receipts have come. */
    List<Event> receipts(int count) {
      until(events -> events.size() >= count && receipts().size() >= count);
      return receipts();
    }

    List<Event> receipts() {
      return events().stream()
          .filter(each -> !List.of("position", "gap", "end", "token-gone").contains(each.name()))
          .toList();
    }

    List<Event> named(String name) {
      return events().stream().filter(each -> each.name().equals(name)).toList();
    }

    List<Event> events() {
      String text = text().substring(parsed);
      int end = text.lastIndexOf("\n\n");
      if (end >= 0) {
        parsed += end + 2;
        for (String block : text.substring(0, end).split("\n\n", -1)) {
          String data = field(block, "data: ");
          if (!data.isEmpty()) {
            events.add(new Event(field(block, "event: "), field(block, "id: "), data));
          }
        }
      }
      return List.copyOf(events);
    }

    private static String field(String block, String name) {
      return block
          .lines()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()))
          .findFirst()
          .orElse("");
    }
  }

  @Override
  public void close() throws Exception {
    streams.close();
  }
}
