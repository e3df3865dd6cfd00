package dev.tidings.ingest.send;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Exchange;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamedReader;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.limit.Exceeded;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request with many notifications, each in a line of its own, and the lines that answer them, in
 * the same order, while more of the request comes. It holds little, however long both are: lines
 * are read only while few of their answers are outstanding, and an answer is outstanding until the
 * client has room for it; bytes that were not read are not consumed, so the client waits. A line
 * that finds the log without room waits for it, and the lines behind it with it, so that their
 * order is kept. Confined to the event loop of its connection.
 */
final class LineStream implements StreamedReader, ResponseSource {
  /** How many lines may be with the log, or have an answer that was not written. */
  static final int MAX_OUTSTANDING = 512;

  private static final int PART_BYTES = 16 * 1024;
  private static final int SOON_MILLIS = 20;

  /**
   * What a stream needs besides its exchange.
   *
   * @param memory what is kept of incomplete lines is taken from it
   * @param patienceNanos how long a line waits for the log to have room
   * @param later runs a task soon, in any thread
   */
  record Means(
      SendDesk desk,
      BodyMemory memory,
      LongSupplier nanoTime,
      long patienceNanos,
      Consumer<Runnable> later) {}

  private final Means means;
  private final SendDesk desk;
  private final SendScope scope;
  private final Exchange exchange;
  private final LineBuffer lines;
  private final Deque<LineAnswer> outstanding = new ArrayDeque<>();
  private int kept;
  private long number;
  private boolean complete;
  private boolean over;
  private @Nullable Refusal stopped;
  private @Nullable LineAnswer waiting;
  private long waitingSince;
  private volatile boolean scheduled;
  private volatile @Nullable BodyWriter out;

  LineStream(Means means, SendScope scope, Exchange exchange) {
    this.means = means;
    this.desk = means.desk();
    this.scope = scope;
    this.exchange = exchange;
    this.lines = new LineBuffer(NotificationReader.MAX_BYTES, means.memory());
  }

  @Override
  public void part(ByteBuf part, boolean last) {
    kept += part.readableBytes();
    if (!isStopped() && !lines.add(part)) {
      stop(HttpResponseStatus.TOO_MANY_REQUESTS, "too many requests are being received");
    }
    readLines();
    wakeIfKnown();
  }

  @Override
  public void end() {
    complete = true;
    readLines();
    wake();
  }

  @Override
  public void timedOut() {
    stop(HttpResponseStatus.REQUEST_TIMEOUT, "nothing more of the request has come");
    wake();
  }

  @Override
  public void aborted() {
    cancelled();
  }

  /** What the log was given stays accepted, though nobody is left to be told. */
  @Override
  public void cancelled() {
    over = true;
    waiting = null;
    outstanding.clear();
    lines.release();
  }

  @Override
  public void draining(BodyWriter writer) {
    stop(HttpResponseStatus.SERVICE_UNAVAILABLE, "the service is stopping");
    waiting = null;
    produce(writer);
  }

  private void stop(HttpResponseStatus status, String detail) {
    if (!isStopped() && !isRead()) {
      stopped = Refusal.of(status, detail, null);
      lines.release();
    }
  }

  private boolean isStopped() {
    return stopped != null || over;
  }

  /** Whether every line was read. */
  private boolean isRead() {
    return complete && lines.isEmpty();
  }

  private boolean isFull() {
    return waiting != null || outstanding.size() >= MAX_OUTSTANDING;
  }

  private void wake() {
    BodyWriter writer = out;
    if (writer != null) {
      writer.wake();
    }
  }

  private void wakeSoon() {
    if (!scheduled) {
      scheduled = true;
      means
          .later()
          .accept(() -> {
            scheduled = false;
            wake();
          });
    }
  }

  private void wakeIfKnown() {
    LineAnswer first = outstanding.peek();
    if (first != null && first.isKnown()) {
      wake();
    }
  }

  /** Reads lines as far as there is room for their answers, and lets the client send as much. */
  private void readLines() {
    while (!isStopped() && !isFull() && nextLine()) {
      number++;
      if (!lines.isBlank() || lines.isTooLong()) {
        outstanding.add(answer());
      }
    }
    int left = isStopped() || !isFull() ? 0 : Math.min(kept, lines.size());
    if (left < kept) {
      int read = kept - left;
      kept = left;
      exchange.consumed(read);
    }
  }

  private boolean nextLine() {
    return lines.next() || (complete && lines.last());
  }

  private LineAnswer answer() {
    if (lines.isTooLong()) {
      return refused(NotificationReader.tooLarge());
    }
    long address = exchange.connection().client();
    Exceeded exceeded = desk.count(scope, address);
    if (exceeded != null) {
      return refused(Refusal.of(exceeded, null));
    }
    return switch (desk.check(lines.bytes(), lines.lineFrom(), lines.lineTo(), scope, address)) {
      case Refusal refusal -> refused(refusal);
      case SendRequest request when request.dryRun() ->
          new LineAnswer(number, new SendResult.Checked(request.notification()));
      case SendRequest request -> {
        LineAnswer answer = new LineAnswer(number, request, this::wake);
        if (!answer.append(desk)) {
          waiting = answer;
          waitingSince = means.nanoTime().getAsLong();
          wakeSoon();
        }
        yield answer;
      }
    };
  }

  private LineAnswer refused(Refusal refusal) {
    return new LineAnswer(number, new SendResult.Refused(refusal));
  }

  @Override
  public void produce(BodyWriter writer) {
    out = writer;
    do {
      tryAgain();
      write(writer);
      readLines();
    } while (writer.isWritable() && isFirstKnown());
    if (outstanding.isEmpty() && writer.isWritable()) {
      endIfDone(writer);
    }
  }

  /** The line for which the log had no room: it gets the log's last word when it has waited. */
  private void tryAgain() {
    LineAnswer answer = waiting;
    if (answer == null) {
      return;
    }
    boolean taken = answer.append(desk);
    if (taken || means.nanoTime().getAsLong() - waitingSince >= means.patienceNanos()) {
      waiting = null;
    } else {
      wakeSoon();
    }
  }

  /** The answer that is waited for may change: it is not to be written. */
  private boolean isFirstKnown() {
    LineAnswer first = outstanding.peek();
    return first != null && first != waiting && first.isKnown();
  }

  private void write(BodyWriter writer) {
    ByteArrayOutputStream part = new ByteArrayOutputStream(PART_BYTES);
    while (writer.isWritable() && isFirstKnown()) {
      part.writeBytes(outstanding.remove().line(desk.meters()));
      if (part.size() >= PART_BYTES || !isFirstKnown()) {
        writer.write(part.toByteArray());
        part.reset();
      }
    }
  }

  private void endIfDone(BodyWriter writer) {
    Refusal why = stopped;
    if (why != null) {
      writer.write(SendAnswers.lastLine(number + 1, why));
      desk.meters().refused(why.status());
      writer.end();
    } else if (isRead()) {
      writer.end();
    }
  }

  /** Runs a task soon, in another thread. */
  static void soon(Runnable task) {
    CompletableFuture.delayedExecutor(SOON_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
        .execute(task);
  }
}
