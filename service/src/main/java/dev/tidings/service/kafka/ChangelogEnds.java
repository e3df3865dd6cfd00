package dev.tidings.service.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the topics that tables are restored from. Kafka Streams asks for those of all its
 * partitions together, and restores nothing before it has the answer: one partition without a
 * leader would keep every table of the process empty. It accepts an answer that leaves partitions
 * out, restores the others, and asks again for these at once. So it gets the ends of those that
 * answer, and the others are left out until they do.
 *
 * <p>An end is never remembered: a table is restored as far as it says, and the records behind an
 * old one would be missing from it. Thread-safe.
 */
public final class ChangelogEnds {
  /** Longer than any broker takes that can serve the partition. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The pause between two questions for partitions that do not answer. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** A partition that is not asked for any more is another process's. */
  private static final Duration FORGOTTEN = Duration.ofSeconds(10);

  private static final int MOST_NAMED = 8;

  private final BooleanSupplier restoring;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Silence> silent = new ConcurrentHashMap<>();
  private final Set<TopicPartition> written = ConcurrentHashMap.newKeySet();

  /** A question under way, and when Kafka Streams wanted its answer last. */
  private record Silence(KafkaFuture<ListOffsetsResultInfo> question, long asked) {}

  /**
   * @param restoring whether tables are being restored: their thread is the one that asks, so it
   *     does not wait meanwhile
   */
  public ChangelogEnds(BooleanSupplier restoring, LongSupplier nanoTime) {
    this.restoring = restoring;
    this.nanoTime = nanoTime;
  }

  /** Returns the partitions whose ends are wanted and not known. */
  public List<TopicPartition> missing() {
    long now = nanoTime.getAsLong();
    return silent.entrySet().stream()
        .filter(entry -> now - entry.getValue().asked() < FORGOTTEN.toNanos())
        .map(Map.Entry::getKey)
        .sorted(
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
        .toList();
  }

  /** Returns a description of those partitions; empty if there is none. */
  public Optional<String> trouble() {
    List<TopicPartition> all = missing();
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            all.stream()
                .limit(MOST_NAMED)
                .map(TopicPartition::toString)
                .collect(
                    Collectors.joining(
                        ", ", "no answer from ", all.size() > MOST_NAMED ? ", ..." : "")));
  }

  /**
   * Asks for ends, and waits for a moment at most.
   *
   * @param log asks the brokers
   * @return those that are known; or the failure, if there is one that time does not mend
   */
  ListOffsetsResult of(
      Map<TopicPartition, OffsetSpec> wanted,
      Function<Map<TopicPartition, OffsetSpec>, ListOffsetsResult> log) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    List<KafkaFuture<?>> pending = new ArrayList<>();
    wanted.forEach((partition, spec) -> {
      Silence silence = silent.get(partition);
      if (silence == null || silence.question().isDone()) {
        asked.put(partition, spec);
      } else {
        silent.put(partition, new Silence(silence.question(), nanoTime.getAsLong()));
        pending.add(silence.question());
      }
    });
    if (!asked.isEmpty()) {
      return answered(log.apply(asked), asked.keySet());
    }
    if (!pending.isEmpty() && !restoring.getAsBoolean()) {
      await(pending.getFirst(), PAUSE);
    }
    return new ListOffsetsResult(Map.of());
  }

  private ListOffsetsResult answered(ListOffsetsResult result, Collection<TopicPartition> asked) {
    Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> known = new HashMap<>();
    List<KafkaFuture<?>> questions = new ArrayList<>();
    asked.forEach(partition -> questions.add(result.partitionResult(partition)));
    await(KafkaFuture.allOf(questions.toArray(new KafkaFuture<?>[0])), PATIENCE);
    for (TopicPartition partition : asked) {
      KafkaFuture<ListOffsetsResultInfo> question = result.partitionResult(partition);
      if (!question.isDone() || isUnanswered(question)) {
        silent.put(partition, new Silence(question, nanoTime.getAsLong()));
      } else {
        silent.remove(partition);
        known.put(partition, question);
        recordEnd(partition, question);
      }
    }
    return new ListOffsetsResult(known);
  }

  private void recordEnd(TopicPartition partition, KafkaFuture<ListOffsetsResultInfo> answer) {
    try {
      @Nullable ListOffsetsResultInfo end = answer.getNow(null);
      if (end != null && end.offset() > 0) {
        written.add(partition);
      } else {
        written.remove(partition);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      written.remove(partition);
    }
  }

  /** Returns whether a partition had any records when its end was asked for last. */
  boolean hasRecords(TopicPartition partition) {
    return written.contains(partition);
  }

  /** Whether a later question may be answered. */
  private static boolean isUnanswered(KafkaFuture<?> question) {
    try {
      question.getNow(null);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (ExecutionException e) {
      return e.getCause() instanceof RetriableException;
    }
  }

  private static void await(KafkaFuture<?> answer, Duration atMost) {
    try {
      answer.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What has been answered is seen in each question.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
