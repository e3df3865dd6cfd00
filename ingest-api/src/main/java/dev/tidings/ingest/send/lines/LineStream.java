package dev.tidings.ingest.send.lines;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Exchange;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamedReader;
import dev.tidings.http.body.SharedMemory;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.send.BroadcastRequest;
import dev.tidings.ingest.send.NotificationReader;
import dev.tidings.ingest.send.Reading.Checking;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendRequest;
import dev.tidings.ingest.send.SendResult;
import dev.tidings.ingest.send.SendScope;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request with many notifications, each in a line of its own, and the lines that answer them, in
 * the same order, while more of the request comes. It holds little, however long both are: lines
 * are read only while few of their answers, which take little memory, are outstanding, as each is
 * until the client has room for it; bytes not read are not consumed, so the client waits. A line
 * that finds the log without room waits for it, and those behind it too. Confined to one event
 * loop.
 */
final class LineStream implements StreamedReader, ResponseSource {
  /**
   * What a stream needs besides its exchange.
   *
   * @param memory what is kept of incomplete lines, and of answers, is taken from it
   * @param patienceNanos how long a line waits for the log to have room
   */
  record Means(
      SendDesk desk, SharedMemory memory, LongSupplier nanoTime, long patienceNanos, Later later) {}

  private final Means means;
  private final SendDesk desk;
  private final Checking checking;
  private final LineCredential credential;
  private final Exchange exchange;
  private final SharedMemory.Part memory;
  private final LineBuffer lines;
  private final LineWait wait;
  private final LineAnswers outstanding;
  private int kept;
  private long number;
  private boolean complete;
  private boolean over;
  private @Nullable Refusal stopped;
  private volatile @Nullable BodyWriter out;

  LineStream(Means means, Checking checking, LineCredential credential, Exchange exchange) {
    this.checking = checking;
    this.means = means;
    this.desk = means.desk();
    this.credential = credential;
    this.exchange = exchange;
    this.memory = means.memory().open(credential.scope().owner(exchange.connection().client()));
    this.lines = new LineBuffer(NotificationReader.MAX_BYTES, memory);
    this.outstanding = new LineAnswers(memory, desk.meters());
    this.wait = new LineWait(desk.lines(), means.later(), means.patienceNanos(), this::wake);
  }

  @Override
  public void part(ByteBuf part, boolean last) {
    kept += part.readableBytes();
    if (!isStopped() && !lines.add(part)) {
      stop(Refusal.noMemory(null));
    }
    readLines();
    if (isStopped() || outstanding.isFirstKnown()) {
      wake();
    }
  }

  @Override
  public void end() {
    complete = true;
    readLines();
    wake();
  }

  /** Whether lines were read whose answers the client has not got. */
  @Override
  public boolean owesAnswer() {
    return !outstanding.isEmpty();
  }

  /** Changes with each end, and with each beginning, of a line. */
  @Override
  public long progress() {
    return 2 * number + (lines.isEmpty() ? 0 : 1);
  }

  @Override
  public void timedOut() {
    stop(
        HttpResponseStatus.REQUEST_TIMEOUT,
        lines.isEmpty()
            ? "nothing more of the request has come"
            : "the line has not come to its end in time");
    wake();
  }

  @Override
  public void aborted() {
    cancelled();
  }

  /** What the log was given stays accepted, though nobody is told; the rest is not sent. */
  @Override
  public void cancelled() {
    over = true;
    outstanding.clear();
    release();
  }

  private void release() {
    wait.end();
    lines.release();
    memory.close();
  }

  @Override
  public void draining(BodyWriter writer) {
    stop(HttpResponseStatus.SERVICE_UNAVAILABLE, "the service is stopping");
    outstanding.giveUp();
    wait.end();
    produce(writer);
  }

  private void stop(HttpResponseStatus status, String detail) {
    stop(Refusal.of(status, detail, null));
  }

  private void stop(Refusal why) {
    if (!isStopped() && !isRead()) {
      stopped = why;
      lines.release();
    }
  }

  private boolean isStopped() {
    return stopped != null || over;
  }

  private boolean isRead() {
    return complete && lines.isEmpty();
  }

  private void wake() {
    BodyWriter writer = out;
    if (writer != null) {
      writer.wake();
    }
  }

  /** Those behind the first are written with it. */
  private void known(LineAnswer answer) {
    if (outstanding.isFirst(answer)) {
      wake();
    }
  }

  /** Reads lines as far as there is room for their answers, and lets the client send as much. */
  private void readLines() {
    outstanding.settle();
    boolean room = true;
    while (room && !isStopped() && hasLine()) {
      room = takeRoom();
      if (room) {
        readLine();
      }
    }
    outstanding.holdBack(!room && !isStopped());
    int left = isStopped() || room ? 0 : Math.min(kept, lines.size());
    if (left < kept) {
      int read = kept - left;
      kept = left;
      exchange.consumed(read);
    }
  }

  private boolean hasLine() {
    return lines.hasNext() || (complete && !lines.isEmpty());
  }

  /**
   * Takes the memory that the answer to a line may need at most. A request that has none at all
   * ends: it would wait for others that may never read.
   */
  private boolean takeRoom() {
    if (outstanding.isFull()) {
      return false;
    }
    boolean taken = outstanding.reserve();
    if (!taken && outstanding.isEmpty()) {
      stop(Refusal.noMemory(null));
    }
    return taken;
  }

  private void readLine() {
    Refusal refusal = credential.refusal(means.nanoTime().getAsLong());
    if (refusal != null) {
      stop(refusal);
    } else if (lines.next() || lines.last()) {
      number++;
      if (!lines.isBlank() || lines.isTooLong()) {
        outstanding.add(answer());
        return;
      }
    }
    outstanding.unreserve();
  }

  private LineAnswer answer() {
    if (lines.isTooLong()) {
      return refused(NotificationReader.tooLarge());
    }
    SendScope scope = credential.scope();
    long address = exchange.connection().client();
    Exceeded exceeded = desk.count(scope, address);
    if (exceeded != null) {
      return refused(Refusal.of(exceeded, null));
    }
    return switch (checking.check(
        lines.bytes(), lines.lineFrom(), lines.lineTo(), scope, address)) {
      case Refusal refusal -> refused(refusal);
      case SendRequest request when request.dryRun() ->
          LineAnswer.of(number, new SendResult.Checked(request.notification()), desk.meters());
      case SendRequest request -> {
        LineAnswer answer = LineAnswer.awaited(number, request, this::known);
        if (!outstanding.send(answer, desk)) {
          wait.begin();
        }
        yield answer;
      }
      case BroadcastRequest request when request.dryRun() ->
          LineAnswer.of(
              number, new SendResult.BroadcastChecked(request.broadcast()), desk.meters());
      case BroadcastRequest request -> {
        LineAnswer answer = LineAnswer.awaited(number, this::known);
        desk.broadcast(request, scope, answer::given);
        yield answer;
      }
    };
  }

  private LineAnswer refused(Refusal refusal) {
    return LineAnswer.of(number, new SendResult.Refused(refusal), desk.meters());
  }

  @Override
  public void produce(BodyWriter writer) {
    out = writer;
    do {
      tryAgain();
      outstanding.write(writer);
      readLines();
    } while (writer.isWritable() && outstanding.isFirstKnown());
    if (outstanding.isEmpty() && writer.isWritable()) {
      endIfDone(writer);
    }
  }

  /** The line for which the log had no room: it gets the log's last word when it has waited. */
  private void tryAgain() {
    LineAnswer answer = outstanding.waiting();
    if (answer == null) {
      return;
    }
    if (outstanding.send(answer, desk)) {
      wait.end();
    } else if (wait.isOver()) {
      wait.end();
      outstanding.giveUp();
    } else {
      wait.goOn();
    }
  }

  private void endIfDone(BodyWriter writer) {
    Refusal why = stopped;
    if (why != null) {
      writer.write(SendAnswers.lastLine(number + 1, why));
      desk.meters().refused(why.status());
    } else if (!isRead()) {
      return;
    }
    writer.end();
    release();
  }
}
