package dev.tidings.ingest.receipts;

import dev.tidings.http.body.SharedMemory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The receipts of an app, read beside the streams. In between it keeps nothing but the position.
 */
final class FollowedReceipts implements ReceiptBatches {
  /** How often to look although nobody says that there is something. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int TURN_BYTES = 64 * 1024;

  private final ReceiptStreams streams;
  private final String app;
  private final ReceiptReading reading;
  private final Semaphore woken = new Semaphore(0);
  private final Runnable waker = woken::release;

  FollowedReceipts(
      ReceiptStreams streams,
      String app,
      Object owner,
      SharedMemory.Part memory,
      @Nullable Cursor from,
      long sinceMillis) {
    this.streams = streams;
    this.app = app;
    this.reading =
        new ReceiptReading(
            streams,
            app,
            owner,
            memory,
            from,
            from == null ? sinceMillis : null,
            TURN_BYTES,
            waker);
  }

  Runnable waker() {
    return waker;
  }

  String app() {
    return app;
  }

  @Override
  public Batch next(int maxEvents, int maxBytes, Duration atMost) throws InterruptedException {
    Collected found = new Collected(maxEvents, maxBytes);
    long end = streams.nanoTime() + atMost.toNanos();
    while (true) {
      woken.drainPermits();
      long now = streams.nanoTime();
      while (!found.isFull() && reading.look(found, now)) {
        found.collect();
      }
      long left = end - streams.nanoTime();
      if (!found.events.isEmpty() || left <= 0) {
        return new Batch(found.events, found.from, reading.position());
      }
      boolean _ = woken.tryAcquire(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void rest() {
    reading.forget();
  }

  @Override
  public void close() {
    reading.close();
    streams.left(this);
  }

  /** The events of one batch. */
  private final class Collected implements ReceiptReading.Listener {
    private final List<Event> events = new ArrayList<>();
    private final int maxEvents;
    private final int maxBytes;
    private @Nullable Cursor from = reading.position();
    private int bytes;

    private Collected(int maxEvents, int maxBytes) {
      this.maxEvents = maxEvents;
      this.maxBytes = maxBytes;
    }

    private boolean isFull() {
      return events.size() >= maxEvents || bytes >= maxBytes;
    }

    private void collect() {
      ReceiptEvent event = reading.first();
      while (event != null && !isFull()) {
        String id = topic() + "-" + event.partition() + "-" + event.offset();
        byte[] gone = event.gone();
        if (gone != null) {
          events.add(new Event(id + "-gone", "token-gone", gone));
        }
        events.add(new Event(id, event.name(), event.data()));
        bytes += event.bytes();
        streams.meters().event();
        reading.pass();
        event = reading.first();
      }
      reading.settle();
    }

    private String topic() {
      Cursor at = reading.position();
      return at == null ? "" : at.topic().toString();
    }

    @Override
    public void begins() {
      from = reading.position();
    }

    @Override
    public void gap(Gap gap) {
      streams.meters().gap();
      Cursor at = reading.position();
      events.add(
          new Event(
              "gap-"
                  + (at == null ? "" : at.text())
                  + (gap.partition() < 0 ? "" : "-" + gap.partition()),
              "gap",
              gap.json().getBytes(StandardCharsets.US_ASCII)));
    }
  }
}
