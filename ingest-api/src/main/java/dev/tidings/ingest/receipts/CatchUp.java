package dev.tidings.ingest.receipts;

import dev.tidings.ingest.operation.Turns;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Reads parts of the log for those who are behind: a few at a time, each for a short turn, and in
 * turns by their owners. Thread-safe.
 */
final class CatchUp implements AutoCloseable {
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TO_CLOSE = Duration.ofSeconds(1);

  private final ReceiptSource source;
  private final Supplier<ReceiptDecoder> decoders;
  private final ReceiptMeters meters;
  private final ThreadPoolExecutor threads;
  private final Turns turns;
  private final Deque<Reader> idle = new ConcurrentLinkedDeque<>();
  private final SeldomLog problems = new SeldomLog(LoggerFactory.getLogger(CatchUp.class));

  /**
   * What is to be read.
   *
   * @param partitions how many the topic has
   * @param from by partition; null to begin at a time
   * @param sinceMillis that time
   * @param upTo by partition, where to end
   * @param maxBytes roughly, after how much to end
   */
  record Ask(
      String app,
      int partitions,
      long @Nullable [] from,
      long sinceMillis,
      long[] upTo,
      int maxBytes) {}

  /** A consumer with what it needs, used by one thread at a time. */
  private record Reader(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> log, ReceiptDecoder decoder) {}

  /**
   * @param readers how many read at once, each with a thread
   * @param perOwner how many of one owner may wait
   * @param waiting how many may wait in all
   */
  CatchUp(
      ReceiptSource source,
      Supplier<ReceiptDecoder> decoders,
      ReceiptMeters meters,
      int readers,
      int perOwner,
      int waiting) {
    this.source = source;
    this.decoders = decoders;
    this.meters = meters;
    // Its queue stays short: it never gets more tasks than it has threads.
    this.threads =
        new ThreadPoolExecutor(
            readers,
            readers,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("receipts-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    this.turns = new Turns(new Turns.Places(readers, perOwner, waiting), threads);
  }

  /** Reads a part when its turn comes, and passes it on, in another thread. */
  void read(long owner, Ask ask, Consumer<LogPart> then) {
    turns.add(
        owner,
        new Turns.Task() {
          @Override
          public void run(Runnable done) {
            LogPart read = new LogPart.Failed();
            try {
              read = inTurn(ask);
            } finally {
              done.run();
              then.accept(read);
            }
          }

          @Override
          public void refused() {
            then.accept(new LogPart.Failed());
          }
        });
  }

  /** Returns how many wait for their turn. */
  int waiting() {
    return turns.waiting();
  }

  /** Closes what nobody has used since the last time. */
  void tidy() {
    if (turns.waiting() == 0 && !idle.isEmpty() && !threads.isShutdown()) {
      threads.execute(this::closeOne);
    }
  }

  private void closeOne() {
    Reader unused = idle.pollLast();
    if (unused != null) {
      unused.log().close(CloseOptions.timeout(TO_CLOSE));
    }
  }

  private LogPart inTurn(Ask ask) {
    meters.turn();
    Reader reader = idle.pollFirst();
    boolean whole = false;
    try {
      if (reader == null) {
        reader = new Reader(source.consumers().get(), decoders.get());
      }
      LogPart read = read(reader, ask);
      whole = true;
      return read;
    } catch (RegistryException.Unavailable e) {
      problems.warn("receipts wait for the schema registry: " + e.getMessage());
      return new LogPart.Failed();
    } catch (KafkaException e) {
      problems.warn("a part of the receipts can't be read at the moment: " + e);
      return new LogPart.Failed();
    } catch (RuntimeException e) {
      problems.error("a part of the receipts could not be read", e);
      return new LogPart.Failed();
    } finally {
      if (whole) {
        idle.addFirst(reader);
      } else if (reader != null) {
        reader.log().close(CloseOptions.timeout(TO_CLOSE));
      }
    }
  }

  private LogPart read(Reader reader, Ask ask) {
    List<TopicPartition> all =
        IntStream.range(0, ask.partitions())
            .mapToObj(each -> new TopicPartition(source.topic(), each))
            .toList();
    Map<TopicPartition, Long> begins = reader.log().beginningOffsets(all);
    Map<TopicPartition, Long> ends = reader.log().endOffsets(all);
    long @Nullable [] known = ask.from();
    long[] from = known == null ? at(reader, all, ask.sinceMillis(), ends) : known.clone();
    List<Gap> gaps = new ArrayList<>();
    Map<TopicPartition, Long> open = new HashMap<>();
    for (TopicPartition each : all) {
      int p = each.partition();
      long begin = begins.getOrDefault(each, 0L);
      long end = ends.getOrDefault(each, 0L);
      if (from[p] < begin) {
        gaps.add(Gap.expired(p, from[p], begin));
        from[p] = begin;
      } else if (from[p] > end) {
        gaps.add(Gap.truncated(p, from[p], end));
        from[p] = end;
      }
      if (from[p] < Math.min(ask.upTo()[p], end)) {
        open.put(each, Math.min(ask.upTo()[p], end));
      }
    }
    long[] next = from.clone();
    List<ReceiptEvent> events = open.isEmpty() ? List.of() : events(reader, ask, open, next);
    return new LogPart.Read(from, gaps, events, next);
  }

  private static long[] at(
      Reader reader, List<TopicPartition> all, long millis, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> times = new HashMap<>();
    all.forEach(each -> times.put(each, millis));
    Map<TopicPartition, OffsetAndTimestamp> found = reader.log().offsetsForTimes(times);
    return all.stream()
        .mapToLong(each -> {
          @Nullable OffsetAndTimestamp first = found.get(each);
          return first == null ? ends.getOrDefault(each, 0L) : first.offset();
        })
        .toArray();
  }

  /** Reads until everything asked for is read, it is enough, or the turn is over. */
  private List<ReceiptEvent> events(
      Reader reader, Ask ask, Map<TopicPartition, Long> open, long[] next) {
    List<ReceiptEvent> events = new ArrayList<>();
    reader.log().assign(open.keySet());
    open.keySet().forEach(each -> reader.log().seek(each, next[each.partition()]));
    long begun = System.nanoTime();
    int bytes = 0;
    while (!open.isEmpty()
        && bytes < ask.maxBytes()
        && System.nanoTime() - begun < TURN.toNanos()
        && !Thread.currentThread().isInterrupted()) {
      Set<TopicPartition> cut = new HashSet<>();
      for (ConsumerRecord<byte[], byte[]> record : reader.log().poll(POLL)) {
        TopicPartition of = new TopicPartition(record.topic(), record.partition());
        if (bytes >= ask.maxBytes()) {
          cut.add(of);
        } else if (record.offset() < ask.upTo()[record.partition()]) {
          ReceiptEvent event = reader.decoder().event(record, ask.app()::equals);
          next[record.partition()] = record.offset() + 1;
          if (event != null) {
            events.add(event);
            bytes += event.bytes();
          }
        }
      }
      // Offsets without a record, as compaction leaves them, are behind as well.
      open.keySet().stream()
          .filter(each -> !cut.contains(each))
          .forEach(each ->
              next[each.partition()] =
                  Math.min(
                      reader.log().position(each),
                      Math.max(next[each.partition()], ask.upTo()[each.partition()])));
      open.entrySet().removeIf(each -> next[each.getKey().partition()] >= each.getValue());
    }
    return events;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (threads.awaitTermination(2 * TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        while (!idle.isEmpty()) {
          closeOne();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
