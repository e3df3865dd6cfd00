package dev.tidings.ingest.rest;

import dev.tidings.http.Response;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.ingest.repeat.EarlierRequests;
import dev.tidings.ingest.trace.TraceFinder;
import dev.tidings.ingest.trace.TraceFinder.Acceptance;
import dev.tidings.ingest.trace.TraceResult.Hop;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.LoggerFactory;

/**
 * Looks for earlier requests in the table of receipts, here and at the nodes that have the other
 * parts of it: those that come while others are looked for go together. If a node does not answer
 * soon, or too many wait, nothing is known of them. Thread-safe.
 */
public final class AcceptedRequests implements EarlierRequests, AutoCloseable {
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 16_384;
  private static final long PATIENCE_MILLIS = 500;
  private static final Response NO_ANSWER = Response.of(HttpResponseStatus.GATEWAY_TIMEOUT);

  private final Supplier<Optional<TraceFinder>> traces;
  private final Supplier<PeerClient> nodes;
  private final NodeSeal seal;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(AcceptedRequests.class));
  private final Deque<Question> waiting = new ArrayDeque<>();
  private final ExecutorService threads;
  private int running;

  private record Question(ReceiptKey key, Consumer<Optional<Earlier>> found) {}

  /**
   * Creates one with its own threads.
   *
   * @param traces empty as long as the service is starting
   * @param nodes supplies the client of other nodes; called only when there is a node to ask
   */
  public AcceptedRequests(
      Supplier<Optional<TraceFinder>> traces, Supplier<PeerClient> nodes, NodeSeal seal) {
    this.traces = traces;
    this.nodes = nodes;
    this.seal = seal;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            // Never longer than there are threads.
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("repetitions-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  @Override
  public void find(NotificationId id, Token token, Consumer<Optional<Earlier>> found) {
    boolean start;
    synchronized (waiting) {
      if (waiting.size() >= MOST_WAITING) {
        start = false;
      } else {
        waiting.addLast(new Question(ReceiptKey.of(id, token), found));
        if (running == THREADS) {
          return;
        }
        running++;
        start = true;
      }
    }
    if (!start) {
      found.accept(Optional.empty());
      return;
    }
    try {
      threads.execute(this::answerAll);
    } catch (RejectedExecutionException e) {
      // The service is stopping.
      forgetAll();
    }
  }

  private void forgetAll() {
    List<Question> left;
    synchronized (waiting) {
      running--;
      left = List.copyOf(waiting);
      waiting.clear();
    }
    left.forEach(each -> tell(each, Optional.empty()));
  }

  private void answerAll() {
    boolean ended = false;
    try {
      for (List<Question> some = next(); !some.isEmpty(); some = next()) {
        answer(some);
      }
      ended = true;
    } finally {
      if (!ended) {
        // An error: nobody is to wait for a thread that is gone.
        forgetAll();
      }
    }
  }

  private List<Question> next() {
    synchronized (waiting) {
      List<Question> some = new ArrayList<>();
      while (some.size() < AcceptedAnswers.MOST && !waiting.isEmpty()) {
        some.add(waiting.removeFirst());
      }
      if (some.isEmpty()) {
        running--;
      }
      return some;
    }
  }

  private void answer(List<Question> some) {
    Optional<TraceFinder> finder = traces.get();
    Map<HostInfo, List<Question>> elsewhere = new HashMap<>();
    for (Question each : some) {
      Acceptance where;
      try {
        where =
            finder.isEmpty()
                ? new Acceptance.Here(Optional.empty())
                : finder.get().accepted(each.key());
      } catch (RuntimeException e) {
        failures.error("not known whether a request comes again", e);
        where = new Acceptance.Here(Optional.empty());
      }
      switch (where) {
        case Acceptance.Here(var earlier) -> tell(each, earlier);
        case Acceptance.There(var node) ->
            elsewhere.computeIfAbsent(node, _ -> new ArrayList<>()).add(each);
      }
    }
    elsewhere.forEach(this::ask);
  }

  // The future is ignored: its end is what is waited for.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void ask(HostInfo node, List<Question> questions) {
    String query = AcceptedAnswers.query(questions.stream().map(Question::key).toList());
    NotificationId first = questions.getFirst().key().id();
    nodes
        .get()
        .ask(
            node,
            "GET",
            GetTrace.pathOf(first) + '?' + query,
            Hop.BY_KEYS,
            AcceptedAnswers.seal(seal, query),
            Optional.empty())
        .completeOnTimeout(NO_ANSWER, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .exceptionally(_ -> NO_ANSWER)
        .thenAccept(response -> {
          List<Optional<Earlier>> read = AcceptedAnswers.read(response, questions.size());
          for (int i = 0; i < questions.size(); i++) {
            tell(questions.get(i), read.get(i));
          }
        });
  }

  private void tell(Question question, Optional<Earlier> earlier) {
    try {
      question.found().accept(earlier);
    } catch (RuntimeException e) {
      failures.error("a request was not gone on with", e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
