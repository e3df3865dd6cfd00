package dev.tidings.ingest.history;

import dev.tidings.http.Request;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.history.part.EveryPart;
import dev.tidings.ingest.history.part.HistoryOperation;
import dev.tidings.ingest.history.part.PartAnswers;
import dev.tidings.ingest.history.statistics.Statistics;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.Turns;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.rest.PeerClient;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.ingest.trace.table.ReceiptsOwner;
import dev.tidings.ingest.trace.table.TraceTable;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.token.NodeSeal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What answers questions about the history, with its threads. */
public final class HistoryParts implements AutoCloseable {
  /** Where providers ask for notifications. */
  static final String PATH = "/v1/notifications";

  /** How many questions are answered at once, of providers and of other nodes each. */
  private static final int THREADS = 2;

  private static final int WAITING = 256;

  private final Supplier<Optional<TraceTable>> tables;
  private final RegistryClient registry;
  private final EveryPart parts;
  private final Statistics statistics;
  private final ThreadPoolExecutor threads;
  private final Turns asked;
  private final Turns ofNodes;
  private final NodeSeal seal;
  private final KnownPeers peers;
  private final boolean kept;
  private final LongAdder unserved = new LongAdder();

  /**
   * Creates the parts.
   *
   * @param tables empty as long as the service is starting
   * @param nodes supplies the client of other nodes; called only when there is a node to ask
   * @param peers whose questions are answered
   * @param kept whether this node keeps the index
   * @param perAddress how many questions of one address are answered, or wait
   * @param patience how long another node may take
   */
  public HistoryParts(
      Supplier<Optional<TraceTable>> tables,
      RegistryClient registry,
      Supplier<PeerClient> nodes,
      NodeSeal seal,
      KnownPeers peers,
      boolean kept,
      int perAddress,
      Duration patience,
      InstantSource clock) {
    this.tables = tables;
    this.registry = registry;
    this.seal = seal;
    this.peers = peers;
    this.kept = kept;
    this.parts = new EveryPart(this::owners, nodes, seal, patience);
    this.statistics = new Statistics(parts, () -> table().history(), clock);
    // Its queue stays short: it never gets more tasks than it has threads, but for those that wait
    // for other nodes.
    this.threads =
        new ThreadPoolExecutor(
            2 * THREADS,
            2 * THREADS,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("history-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    this.asked = new Turns(new Turns.Places(THREADS, perAddress, WAITING), threads);
    this.ofNodes = new Turns(new Turns.Places(THREADS, WAITING, WAITING), threads);
  }

  /** Returns what providers ask for. */
  public List<Operation> operations(Optional<ProviderGate> gate, SendLimits limits) {
    return List.of(
        new HistoryOperation(PATH, this::question, asked, gate, limits, unserved::increment),
        new HistoryOperation(
            Statistics.PATH, statistics, asked, gate, limits, unserved::increment));
  }

  /** Returns what answers other nodes. */
  public List<Operation> answers() {
    return List.of(
        PartAnswers.at(
            HistoryQuestion.NODES_PATH,
            (partitions, query) -> reading().page(partitions, HistoryQuery.of(query)).text(),
            ofNodes,
            seal,
            peers),
        PartAnswers.at(Statistics.NODES_PATH, statistics, ofNodes, seal, peers));
  }

  private HistoryOperation.Question question(Request head) {
    return new HistoryQuestion(HistoryQuery.of(head.query()), parts, this::reading);
  }

  private HistoryReading reading() throws NotServedException {
    TraceTable table = table();
    return new HistoryReading(
        table.history()::scan, new HistoryRows(table::receipt, registry), System::nanoTime);
  }

  private TraceTable table() throws NotServedException {
    if (!kept) {
      throw new NotServedException("this node keeps no history (the setting trace.history)");
    }
    return tables.get().orElseThrow(() -> new NotServedException("the service is starting"));
  }

  private List<ReceiptsOwner> owners() {
    return tables.get().map(TraceTable::owners).orElse(List.of());
  }

  /** Returns how many questions wait. */
  public int waiting() {
    return asked.waiting() + ofNodes.waiting();
  }

  /** Returns how many were refused because there were too many. */
  public long refused() {
    return asked.refused() + ofNodes.refused();
  }

  /** Returns how many questions of providers could not be answered at their time. */
  public long unserved() {
    return unserved.sum();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
