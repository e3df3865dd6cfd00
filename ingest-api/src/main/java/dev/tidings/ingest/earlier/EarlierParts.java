package dev.tidings.ingest.earlier;

import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.repeat.EarlierRequests;
import dev.tidings.ingest.rest.PeerClient;
import dev.tidings.ingest.trace.table.TraceTable;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.service.log.Repeated;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;

/** The look-ups, and the answers to those of other nodes, with their threads. */
public final class EarlierParts implements AutoCloseable {
  private static final Duration CLOCK = Duration.ofMillis(100);

  private final Supplier<PeerClient> nodes;
  private final NodeSeal seal;
  private final ThreadPoolExecutor looking = threads("repetitions-");
  private final ThreadPoolExecutor answering = threads("repetitions-answers-");
  private final ThreadPoolExecutor auditing = threads("audit-answers-");
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("repetitions-clock").factory());
  private final EarlierLookups lookups;
  private final List<Operation> answers;
  private final KnownReceipts known;

  /**
   * Creates the parts.
   *
   * @param tables empty as long as the service is starting
   * @param nodes supplies the client of other nodes; called only when there is a node to ask
   * @param peers whose questions are answered
   */
  public EarlierParts(
      Supplier<Optional<TraceTable>> tables,
      RegistryClient registry,
      Supplier<PeerClient> nodes,
      NodeSeal seal,
      KnownPeers peers,
      MeterRegistry metrics) {
    this.nodes = nodes;
    this.seal = seal;
    TableReceipts receipts = new TableReceipts(tables, registry);
    Counter unknown =
        Counter.builder("tidings.ingest.rest.unchecked")
            .description(
                "Notifications sent over REST of which it was not known in time whether the same"
                    + " request was accepted before: they were taken for new ones.")
            .register(metrics);
    this.lookups =
        new EarlierLookups(
            receipts,
            (node, keys) -> ask(EarlierAnswers.ACCEPTED, node, keys),
            looking,
            System::nanoTime,
            unknown::increment);
    this.answers =
        List.of(
            EarlierAnswers.at(EarlierAnswers.ACCEPTED, () -> receipts, answering, seal, peers),
            EarlierAnswers.at(EarlierAnswers.RECEIPTS, receipts::glance, auditing, seal, peers));
    this.known =
        new KnownReceipts(
            receipts::glance, (node, keys) -> ask(EarlierAnswers.RECEIPTS, node, keys));
    clock.scheduleWithFixedDelay(
        Repeated.of(EarlierParts.class, "the time limit of look-ups", lookups::expire),
        CLOCK.toMillis(),
        CLOCK.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  // Its queue stays short: it never gets more tasks than it has threads.
  private static ThreadPoolExecutor threads(String name) {
    ThreadPoolExecutor made =
        new ThreadPoolExecutor(
            EarlierLookups.THREADS,
            EarlierLookups.THREADS,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name, 0).factory());
    made.allowCoreThreadTimeOut(true);
    return made;
  }

  private CompletableFuture<Response> ask(String path, HostInfo node, List<ReceiptKey> keys) {
    String query = NodeQuestion.query(keys);
    return nodes
        .get()
        .ask(
            node,
            path + '?' + query,
            Map.of(NodeQuestion.SEAL.toString(), NodeQuestion.seal(seal, query)),
            EarlierLookups.PATIENCE);
  }

  /** Returns what this node asks. */
  public EarlierRequests requests() {
    return lookups;
  }

  /** Returns what tells which notifications have a receipt. */
  public KnownReceipts receipts() {
    return known;
  }

  /** Returns what answers other nodes. */
  public List<Operation> answers() {
    return answers;
  }

  /** What is asked from now on is not known. */
  @Override
  public void close() {
    clock.shutdownNow();
    looking.shutdownNow();
    answering.shutdownNow();
    auditing.shutdownNow();
    lookups.close();
  }
}
