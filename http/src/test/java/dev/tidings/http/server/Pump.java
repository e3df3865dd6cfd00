package dev.tidings.http.server;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.ResponseSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Writes what it is given, when it may. */
final class Pump implements ResponseSource {
  final List<String> told = new ArrayList<>();
  private final Queue<byte[]> parts = new ConcurrentLinkedQueue<>();
  private volatile BodyWriter out;
  private volatile boolean ends;
  private boolean fails;
  private boolean endsWhenDrained;

  /** More to write, if the response has begun at once. */
  void add(byte[] part) {
    parts.add(part);
    wake();
  }

  void add(String part) {
    add(part.getBytes(StandardCharsets.US_ASCII));
  }

  /** The last has been added. */
  void end() {
    ends = true;
    wake();
  }

  /** The next part fails. */
  void fail() {
    fails = true;
    wake();
  }

  void endWhenDrained() {
    endsWhenDrained = true;
  }

  /** How many parts were not written yet. */
  int left() {
    return parts.size();
  }

  BodyWriter out() {
    return out;
  }

  private void wake() {
    BodyWriter known = out;
    if (known != null) {
      known.wake();
    }
  }

  @Override
  public void produce(BodyWriter writer) {
    out = writer;
    if (fails) {
      throw new IllegalStateException("as it was told to");
    }
    while (writer.isWritable() && !parts.isEmpty()) {
      writer.write(parts.remove());
    }
    if (ends && parts.isEmpty()) {
      writer.end();
    }
  }

  @Override
  public void cancelled() {
    told.add("cancelled");
  }

  @Override
  public void draining(BodyWriter writer) {
    told.add("draining");
    if (endsWhenDrained) {
      writer.end();
    }
  }
}
