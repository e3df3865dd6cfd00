package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Hop;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.table.Kept;
import dev.tidings.ingest.trace.table.Lookup;
import dev.tidings.ingest.trace.table.ReceiptsOwner;
import dev.tidings.ingest.trace.table.TraceTable;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a trace in the table, or in the unprocessed part of the log. The order matters: a
 * notification moves from topic to topic meanwhile, always forward, so a search in the same
 * direction cannot miss it. Thread-safe; blocks.
 */
public final class TraceFinder {
  private static final Logger log = LoggerFactory.getLogger(TraceFinder.class);
  private static final TraceResult UNASSIGNED =
      new TraceResult.NotNow("the trace table is not assigned to any node yet");
  private static final TraceResult MOVING =
      new TraceResult.NotNow("the trace table's partition is being moved");

  private static final TraceResult TOO_MUCH_OF_ID =
      new TraceResult.NotNow("too many records begin with this id and are no receipts of it");
  private static final TraceResult TOO_MUCH_OF_PREFIX =
      new TraceResult.NotNow(
          "too many receipts have ids that begin like this unique id: ask by the notification's"
              + " id");

  private final TraceTable table;
  private final TopicNames names;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Admin admin;
  private final RegistryClient registry;
  private final SearchLimits limits;

  /**
   * Creates a finder; the caller keeps ownership of the arguments.
   *
   * @param consumers creates a consumer without a group for each search, which closes it
   */
  public TraceFinder(
      TraceTable table,
      TopicNames names,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Admin admin,
      RegistryClient registry,
      SearchLimits limits) {
    this.table = table;
    this.names = names;
    this.consumers = consumers;
    this.admin = admin;
    this.registry = registry;
    this.limits = limits;
  }

  /**
   * Looks up an id in the table: the id of a notification, or the unique id of one to one token.
   * The log is searched by {@link #search}.
   *
   * @param fromMark the mark at which the page begins; null for the first page
   * @param every whether what is in the log is asked for too, though the table has some of it
   */
  public TraceResult find(NotificationId id, @Nullable String fromMark, Hop hop, boolean every)
      throws InterruptedException {
    Question question = question(id, fromMark, every);
    try {
      return hop == Hop.BY_UNIQUE_ID ? byUniqueId(question, hop) : byId(question, hop);
    } catch (RegistryException.Unavailable e) {
      return new TraceResult.NotNow(unreadable(e));
    }
  }

  private static String unreadable(RegistryException.Unavailable e) {
    log.debug("a receipt waits for the schema registry: {}", e.getMessage());
    return "the schema registry that its receipt needs does not answer";
  }

  private static Question question(NotificationId id, @Nullable String fromMark, boolean every) {
    return new Question(id, UniqueId.parse(id).orElse(null), fromMark, every);
  }

  /**
   * The id to look up.
   *
   * @param unique the same text as a unique id, if it can be one
   */
  private record Question(
      NotificationId id, @Nullable UniqueId unique, @Nullable String fromMark, boolean every) {
    /** What the table has of it; or that the log is to be searched. */
    TraceResult answer(Accounts accounts, @Nullable String next, int partition) {
      return every || accounts.isEmpty()
          ? new TraceResult.Sought(partition)
          : new TraceResult.Found(accounts.all(), next);
    }
  }

  private TraceResult byId(Question question, Hop hop) throws InterruptedException {
    return switch (table.owner(question.id())) {
      case ReceiptsOwner.Nobody() -> UNASSIGNED;
      case ReceiptsOwner.There(var node) ->
          hop == Hop.NONE ? new TraceResult.Elsewhere(node, Hop.BY_ID) : MOVING;
      case ReceiptsOwner.Here(int partition) ->
          switch (table.find(question.id(), question.fromMark(), partition)) {
            case Lookup.TooMuch() -> TOO_MUCH_OF_ID;
            case Lookup.NotServing(String why) -> new TraceResult.NotNow(why);
            case Lookup.Found found -> {
              Accounts accounts = new Accounts(found.receipts(), registry);
              yield question.unique() == null || !found.receipts().isEmpty()
                  ? question.answer(accounts, found.next(), partition)
                  : byUniqueId(question, hop);
            }
          };
    };
  }

  private TraceResult byUniqueId(Question question, Hop hop) throws InterruptedException {
    UniqueId unique = question.unique();
    if (unique == null) {
      return new TraceResult.Unknown(0, true);
    }
    return switch (table.owner(unique)) {
      case ReceiptsOwner.Nobody() -> UNASSIGNED;
      case ReceiptsOwner.There(var node) ->
          hop == Hop.BY_UNIQUE_ID ? MOVING : new TraceResult.Elsewhere(node, Hop.BY_UNIQUE_ID);
      case ReceiptsOwner.Here(int partition) ->
          switch (table.find(unique, partition)) {
            // The log may have it.
            case Lookup.TooMuch() -> new TraceResult.Sought(partition);
            case Lookup.NotServing(String why) -> new TraceResult.NotNow(why);
            case Lookup.Found found -> {
              Accounts accounts = new Accounts(found.receipts(), registry);
              yield question.answer(accounts, null, partition);
            }
          };
    };
  }

  /**
   * Searches the log for several ids in one reading, which begins after this was called.
   *
   * @return what was found of each, in their order
   */
  public List<Unprocessed> search(List<Search> searches) throws InterruptedException {
    long deadline = System.nanoTime() + limits.time().toNanos();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      LogTail tail = new LogTail(consumer, admin, limits, deadline);
      Wanted wanted = new Wanted(searches, registry);
      String notifications = names.of(LogTopics.NOTIFICATIONS);
      int partitions = tail.partitions(notifications).size();
      tail.read(
          notifications,
          names.group(ConsumerGroups.STREAMS_PROCESSOR),
          record -> wanted.accepted(record, partitions));
      tail.read(
          names.of(LogTopics.DELIVERIES),
          names.group(ConsumerGroups.DELIVERY_NODES),
          wanted::resolved);
      Set<Integer> awaited = new HashSet<>();
      for (int i = 0; i < searches.size(); i++) {
        if (needsTable(searches.get(i), wanted.all().get(i))) {
          awaited.add(searches.get(i).partition());
        }
      }
      Set<Integer> current = awaitTable(awaited, tail, deadline);
      List<Unprocessed> results = new ArrayList<>();
      for (int i = 0; i < searches.size(); i++) {
        Search search = searches.get(i);
        UnprocessedNotifications underways = wanted.all().get(i);
        results.add(
            needsTable(search, underways) && !current.contains(search.partition())
                ? new Unprocessed.NotNow("the trace table is catching up")
                : new Unprocessed.Searched(
                    underways.found(),
                    tail.records(),
                    tail.isComplete() && !underways.isFull(),
                    search.partition()));
      }
      return results;
    } catch (RegistryException.Unavailable e) {
      return Collections.nCopies(searches.size(), new Unprocessed.NotNow(unreadable(e)));
    } catch (KafkaException e) {
      // Only debug: clients could cause any number of lines; readiness reports an unavailable log.
      log.debug("no search for {}", searches, e);
      return Collections.nCopies(
          searches.size(), new Unprocessed.NotNow("the log can't be searched at the moment"));
    }
  }

  /** Whether the answer depends on what the table has got meanwhile. */
  private static boolean needsTable(Search search, UnprocessedNotifications underways) {
    return search.every() || underways.found().isEmpty();
  }

  /**
   * Waits until the table has the receipts written during the search: one may be that of a
   * notification. Returns the partitions of which it has them; those for whom it has not, or the
   * log does not say, concern nobody else.
   */
  private Set<Integer> awaitTable(Set<Integer> partitions, LogTail tail, long deadline)
      throws InterruptedException {
    if (partitions.isEmpty()) {
      return Set.of();
    }
    Map<Integer, TopicPartition> receipts = new HashMap<>();
    for (int partition : partitions) {
      receipts.put(partition, new TopicPartition(names.of(LogTopics.RECEIPTS), partition));
    }
    TableCatchUp catchUp = new TableCatchUp(table::position, deadline);
    try {
      Map<TopicPartition, Long> ends = tail.ends(receipts.values());
      receipts.forEach((partition, of) -> catchUp.add(partition, ends.get(of)));
      if (!catchUp.isDone()) {
        // For records that were restored and not read, the committed offset is the position.
        Map<TopicPartition, OffsetAndMetadata> committed =
            tail.committed(names.group(ConsumerGroups.TRACES));
        receipts.forEach((partition, of) -> catchUp.committed(partition, committed.get(of)));
      }
    } catch (KafkaException e) {
      log.debug("how far the trace table is cannot be had", e);
    }
    return catchUp.await();
  }

  /**
   * Returns a page of what the table has of an id, and of what the log had before.
   *
   * @param fromMark as in {@link #find}
   */
  public TraceResult page(
      NotificationId id, @Nullable String fromMark, Unprocessed.Searched searched)
      throws InterruptedException {
    List<Kept> kept = new ArrayList<>();
    @Nullable String next = null;
    if (table.owner(id) instanceof ReceiptsOwner.Here(int own)) {
      switch (table.find(id, fromMark, own)) {
        case Lookup.TooMuch() -> {
          return TOO_MUCH_OF_ID;
        }
        case Lookup.NotServing(String why) -> {
          return new TraceResult.NotNow(why);
        }
        case Lookup.Found found -> {
          kept.addAll(found.receipts());
          next = found.next();
        }
      }
    }
    boolean tooMuch = false;
    Optional<UniqueId> unique = UniqueId.parse(id);
    if (unique.isPresent()) {
      switch (table.find(unique.get(), searched.partition())) {
        case Lookup.TooMuch() -> tooMuch = true;
        case Lookup.NotServing(String why) -> {
          return new TraceResult.NotNow(why);
        }
        case Lookup.Found found -> kept.addAll(found.receipts());
      }
    }
    try {
      List<Account> all =
          new Accounts(kept, registry).with(ofPage(searched.underway(), fromMark, next)).all();
      if (tooMuch && all.isEmpty()) {
        return TOO_MUCH_OF_PREFIX;
      }
      return all.isEmpty()
          ? new TraceResult.Unknown(searched.records(), searched.complete())
          : new TraceResult.Found(all, next);
    } catch (RegistryException.Unavailable e) {
      return new TraceResult.NotNow(unreadable(e));
    }
  }

  /** Returns those whose receipts would be on the page between two marks. */
  private static List<Underway> ofPage(
      List<Underway> underway, @Nullable String from, @Nullable String next) {
    return underway.stream()
        .filter(each -> {
          String mark = ReceiptKey.mark(each.prospect().token());
          return (from == null || mark.compareTo(from) >= 0)
              && (next == null || mark.compareTo(next) < 0);
        })
        .toList();
  }
}
