package dev.tidings.ingest.earlier;

import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.ingest.repeat.EarlierRequests;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.LoggerFactory;

/**
 * Looks for earlier requests in the table of receipts, here and at the nodes that have the other
 * parts of it. Every question is answered: what is not known within {@link #PATIENCE}, for whatever
 * reason, counts as not known, and so does what is asked while too much is. Thread-safe; asking
 * never blocks.
 */
final class EarlierLookups implements EarlierRequests {
  /** How long a question waits for its answer, about. */
  static final Duration PATIENCE = Duration.ofMillis(500);

  /** How many look into the table at once. */
  static final int THREADS = 2;

  /** How many questions are open at once. */
  static final int MOST_OPEN = 16_384;

  private static final int MOST_NODES = 256;

  private final ReceiptLookup receipts;
  private final NodeQuestions.Asking asking;
  private final Executor threads;
  private final LongSupplier nanoTime;
  private final Runnable unknown;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(EarlierLookups.class));
  private final Set<Question> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final Map<HostInfo, NodeQuestions> nodes = new ConcurrentHashMap<>();
  private final Deque<Question> waiting = new ArrayDeque<>();
  private int running;

  /**
   * Creates one.
   *
   * @param threads runs what may block, {@link #THREADS} tasks at once
   * @param unknown run for each question of which the answer is not known
   */
  EarlierLookups(
      ReceiptLookup receipts,
      NodeQuestions.Asking asking,
      Executor threads,
      LongSupplier nanoTime,
      Runnable unknown) {
    this.receipts = receipts;
    this.asking = asking;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.unknown = unknown;
  }

  @Override
  public void find(NotificationId id, Token token, Consumer<Optional<Earlier>> found) {
    Question question = new Question(ReceiptKey.of(id, token), nanoTime.getAsLong(), found);
    if (count.incrementAndGet() > MOST_OPEN) {
      answer(question, EarlierAnswer.UNKNOWN);
      return;
    }
    open.add(question);
    synchronized (waiting) {
      waiting.addLast(question);
      if (running == THREADS) {
        return;
      }
      running++;
    }
    try {
      threads.execute(this::lookAll);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // The service is stopping, or no thread can be started for the moment.
      synchronized (waiting) {
        running--;
      }
      answer(question, EarlierAnswer.UNKNOWN);
    }
  }

  private void lookAll() {
    boolean ended = false;
    try {
      for (List<Question> some = next(); !some.isEmpty(); some = next()) {
        look(some);
      }
      ended = true;
    } finally {
      if (!ended) {
        // An error: the next question begins anew, and those that wait are answered by then.
        synchronized (waiting) {
          running--;
        }
      }
    }
  }

  private List<Question> next() {
    synchronized (waiting) {
      List<Question> some = new ArrayList<>();
      while (some.size() < NodeQuestion.MOST && !waiting.isEmpty()) {
        Question next = waiting.removeFirst();
        if (next.isOpen()) {
          some.add(next);
        }
      }
      if (some.isEmpty()) {
        running--;
      }
      return some;
    }
  }

  private void look(List<Question> some) {
    Map<HostInfo, List<Question>> elsewhere = new HashMap<>();
    for (Question each : some) {
      if (!each.isOpen()) {
        // Those before it have taken too long.
        continue;
      }
      ReceiptLookup.Place place;
      try {
        place = receipts.look(each.key());
      } catch (RuntimeException e) {
        failures.error("not known whether a request comes again", e);
        place = new ReceiptLookup.Place.Here(EarlierAnswer.UNKNOWN);
      }
      switch (place) {
        case ReceiptLookup.Place.Here(EarlierAnswer answer) -> answer(each, answer);
        case ReceiptLookup.Place.There(HostInfo node) ->
            elsewhere.computeIfAbsent(node, _ -> new ArrayList<>()).add(each);
      }
    }
    elsewhere.forEach((node, questions) -> node(node).ask(questions));
  }

  private NodeQuestions node(HostInfo node) {
    if (nodes.size() >= MOST_NODES) {
      // Nodes come and go; one that is removed while it is asked has what it was asked answered.
      nodes.values().removeIf(NodeQuestions::isIdle);
    }
    return nodes.computeIfAbsent(
        node, _ -> new NodeQuestions(keys -> asking.ask(node, keys), nanoTime, this::answer));
  }

  /** Answers those that have waited for long; called every now and then. */
  void expire() {
    long now = nanoTime.getAsLong();
    for (Question each : open) {
      if (each.isOlderThan(PATIENCE.toNanos(), now)) {
        answer(each, EarlierAnswer.UNKNOWN);
      }
    }
    synchronized (waiting) {
      // The oldest are ahead. They do not count as open: while no thread comes to them, as many as
      // are asked would be kept.
      for (Question head = waiting.peekFirst();
          head != null && !head.isOpen();
          head = waiting.peekFirst()) {
        waiting.removeFirst();
      }
    }
  }

  /** Answers one, unless it was; whoever is told and fails harms no other. */
  private void answer(Question question, EarlierAnswer answer) {
    Consumer<Optional<Earlier>> told = question.close();
    if (told == null) {
      return;
    }
    open.remove(question);
    count.decrementAndGet();
    Optional<Earlier> earlier = Optional.empty();
    if (answer instanceof EarlierAnswer.Known(var known)) {
      earlier = known;
    } else {
      unknown.run();
    }
    try {
      told.accept(earlier);
    } catch (RuntimeException | Error e) {
      // An error too: the clock that ends what waits for too long must go on.
      failures.error("a request was not gone on with", e);
    }
  }

  /** Answers those that are open; the threads are stopped. */
  void close() {
    open.forEach(each -> answer(each, EarlierAnswer.UNKNOWN));
  }

  /** Returns how many questions no thread has come to. */
  int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  /** Returns how many questions are open. */
  int open() {
    return open.size();
  }
}
