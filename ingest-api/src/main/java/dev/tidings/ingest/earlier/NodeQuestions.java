package dev.tidings.ingest.earlier;

import dev.tidings.http.Response;
import dev.tidings.schemas.topic.ReceiptKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * The questions for one other node: many go together, {@link #MOST_OUT} times at once at most;
 * those that come meanwhile wait, up to a bound. A node that fails to answer is not asked for a
 * second, so that nobody waits for one that is gone. Thread-safe; never blocks.
 */
final class NodeQuestions {
  /** How many requests are outstanding at once. */
  static final int MOST_OUT = 2;

  /** How many questions wait. */
  static final int MOST_WAITING = 4_096;

  private static final long SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Function<List<ReceiptKey>, CompletableFuture<Response>> node;
  private final LongSupplier nanoTime;
  private final BiConsumer<Question, EarlierAnswer> answered;
  private final Deque<Question> waiting = new ArrayDeque<>();
  private int out;
  private boolean silent;
  private long silentUntil;

  /** Sends questions to nodes. */
  @FunctionalInterface
  interface Asking {
    /** Asks one; the future ends within {@link EarlierLookups#PATIENCE}, and the request too. */
    CompletableFuture<Response> ask(HostInfo node, List<ReceiptKey> keys);
  }

  /**
   * Creates one.
   *
   * @param node sends a request; it fails if there is no answer in time
   * @param answered told the answer to each question
   */
  NodeQuestions(
      Function<List<ReceiptKey>, CompletableFuture<Response>> node,
      LongSupplier nanoTime,
      BiConsumer<Question, EarlierAnswer> answered) {
    this.node = node;
    this.nanoTime = nanoTime;
    this.answered = answered;
  }

  /** Asks, when its turn has come. */
  void ask(List<Question> questions) {
    List<Question> refused = new ArrayList<>();
    synchronized (this) {
      silent = silent && nanoTime.getAsLong() - silentUntil < 0;
      for (Question each : questions) {
        if (silent || waiting.size() >= MOST_WAITING) {
          refused.add(each);
        } else {
          waiting.addLast(each);
        }
      }
    }
    refused.forEach(each -> answered.accept(each, EarlierAnswer.UNKNOWN));
    askNext();
  }

  private void askNext() {
    for (List<Question> next = next(); !next.isEmpty(); next = next()) {
      send(next);
    }
  }

  private synchronized List<Question> next() {
    List<Question> next = new ArrayList<>();
    while (out < MOST_OUT && next.size() < NodeQuestion.MOST && !waiting.isEmpty()) {
      Question first = waiting.removeFirst();
      if (first.isOpen()) {
        next.add(first);
      }
    }
    if (!next.isEmpty()) {
      out++;
    }
    return next;
  }

  // The future is ignored: its end is what is waited for.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(List<Question> questions) {
    CompletableFuture<Response> response;
    try {
      response = node.apply(questions.stream().map(Question::key).toList());
    } catch (RuntimeException e) {
      response = CompletableFuture.failedFuture(e);
    }
    response.whenComplete((given, _) -> ended(questions, given));
  }

  private void ended(List<Question> questions, @Nullable Response response) {
    List<EarlierAnswer> answers =
        response == null ? List.of() : NodeQuestion.read(response, questions.size());
    List<Question> others = List.of();
    synchronized (this) {
      out--;
      if (answers.isEmpty()) {
        silent = true;
        silentUntil = nanoTime.getAsLong() + SILENCE_NANOS;
        others = List.copyOf(waiting);
        waiting.clear();
      }
    }
    for (int i = 0; i < questions.size(); i++) {
      answered.accept(
          questions.get(i), i < answers.size() ? answers.get(i) : EarlierAnswer.UNKNOWN);
    }
    others.forEach(each -> answered.accept(each, EarlierAnswer.UNKNOWN));
    askNext();
  }

  synchronized boolean isIdle() {
    return out == 0 && waiting.isEmpty();
  }
}
