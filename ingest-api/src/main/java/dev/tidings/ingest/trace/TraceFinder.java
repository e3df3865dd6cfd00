package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Hop;
import dev.tidings.ingest.trace.table.Kept;
import dev.tidings.ingest.trace.table.Lookup;
import dev.tidings.ingest.trace.table.ReceiptsOwner;
import dev.tidings.ingest.trace.table.TraceTable;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
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
  private static final long CATCH_UP_POLL_MILLIS = 10;
  private static final TraceResult UNASSIGNED =
      new TraceResult.NotNow("the trace table is not assigned to any node yet");
  private static final TraceResult MOVING =
      new TraceResult.NotNow("the trace table's partition is being moved");

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
   */
  public TraceResult find(NotificationId id, @Nullable String fromMark, Hop hop)
      throws InterruptedException {
    Question question = question(id, fromMark);
    try {
      return hop == Hop.BY_UNIQUE_ID ? byUniqueId(question, hop) : byId(question, hop);
    } catch (RegistryException.Unavailable e) {
      return unreadable(e);
    }
  }

  private static TraceResult unreadable(RegistryException.Unavailable e) {
    log.debug("a receipt waits for the schema registry: {}", e.getMessage());
    return new TraceResult.NotNow("the schema registry that its receipt needs does not answer");
  }

  private static Question question(NotificationId id, @Nullable String fromMark) {
    return new Question(id, UniqueId.parse(id).orElse(null), fromMark);
  }

  /**
   * The id to look up.
   *
   * @param unique the same text as a unique id, if it can be one
   */
  private record Question(
      NotificationId id, @Nullable UniqueId unique, @Nullable String fromMark) {}

  private TraceResult byId(Question question, Hop hop) throws InterruptedException {
    return switch (table.owner(question.id())) {
      case ReceiptsOwner.Nobody() -> UNASSIGNED;
      case ReceiptsOwner.There(var node) ->
          hop == Hop.NONE ? new TraceResult.Elsewhere(node, Hop.BY_ID) : MOVING;
      case ReceiptsOwner.Here(int partition) ->
          switch (table.find(question.id(), question.fromMark(), partition)) {
            case Lookup.NotServing(String why) -> new TraceResult.NotNow(why);
            case Lookup.Found found -> {
              Accounts accounts = new Accounts(found.receipts(), registry);
              if (!accounts.isEmpty()) {
                yield new TraceResult.Found(accounts.all(), found.next());
              }
              yield question.unique() == null || !found.receipts().isEmpty()
                  ? new TraceResult.Sought(partition)
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
            case Lookup.NotServing(String why) -> new TraceResult.NotNow(why);
            case Lookup.Found found -> {
              Accounts accounts = new Accounts(found.receipts(), registry);
              yield accounts.isEmpty()
                  ? new TraceResult.Sought(partition)
                  : new TraceResult.Found(accounts.all(), null);
            }
          };
    };
  }

  /**
   * Searches the log for an id.
   *
   * @param fromMark as in {@link #find}
   * @param partition the partition that {@link #find} returned
   * @param readable whether notifications of an app are asked for
   */
  public TraceResult search(
      NotificationId id, @Nullable String fromMark, int partition, Predicate<String> readable)
      throws InterruptedException {
    try {
      return search(question(id, fromMark), partition, readable);
    } catch (RegistryException.Unavailable e) {
      return unreadable(e);
    }
  }

  private TraceResult search(Question question, int partition, Predicate<String> readable)
      throws InterruptedException {
    long deadline = System.nanoTime() + limits.time().toNanos();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      LogTail tail = new LogTail(consumer, admin, limits, deadline);
      Underways underways = new Underways(question.id(), question.unique(), readable, registry);
      tail.read(
          names.of(LogTopics.NOTIFICATIONS),
          names.group(ConsumerGroups.STREAMS_PROCESSOR),
          underways::accepted);
      tail.read(
          names.of(LogTopics.DELIVERIES),
          names.group(ConsumerGroups.DELIVERY_NODES),
          underways::resolved);
      if (underways.found().isEmpty() && !awaitTable(partition, tail, deadline)) {
        return new TraceResult.NotNow("the trace table is catching up");
      }
      return merged(question, partition, underways, tail);
    } catch (KafkaException e) {
      // Only debug: clients could cause any number of lines; readiness reports an unavailable log.
      log.debug("no search for {}", question.id(), e);
      return new TraceResult.NotNow("the log can't be searched at the moment");
    }
  }

  /**
   * Waits until the table has the receipts written during the search: one may be that of the
   * notification.
   */
  private boolean awaitTable(int partition, LogTail tail, long deadline)
      throws InterruptedException {
    TopicPartition receipts = new TopicPartition(names.of(LogTopics.RECEIPTS), partition);
    long end = tail.end(receipts);
    // For records that were restored and not read, the committed offset is the position.
    if (table.position(partition) < end
        && tail.committed(names.group(ConsumerGroups.TRACES), receipts) < end) {
      while (table.position(partition) < end) {
        if (System.nanoTime() >= deadline) {
          return false;
        }
        Thread.sleep(CATCH_UP_POLL_MILLIS);
      }
    }
    return true;
  }

  private TraceResult merged(Question question, int partition, Underways underways, LogTail tail) {
    List<Kept> kept = new ArrayList<>();
    List<Lookup> lookups = new ArrayList<>();
    if (table.owner(question.id()) instanceof ReceiptsOwner.Here(int own)) {
      lookups.add(table.find(question.id(), question.fromMark(), own));
    }
    if (question.unique() != null) {
      lookups.add(table.find(question.unique(), partition));
    }
    for (Lookup lookup : lookups) {
      switch (lookup) {
        case Lookup.NotServing(String why) -> {
          return new TraceResult.NotNow(why);
        }
        case Lookup.Found found -> kept.addAll(found.receipts());
      }
    }
    Accounts accounts = new Accounts(kept, registry).with(underways.found());
    List<Account> all = accounts.all();
    return all.isEmpty()
        ? new TraceResult.Unknown(tail.records(), tail.isComplete())
        : new TraceResult.Found(all, null);
  }
}
