package dev.tidings.service.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * What partitions answer to a question for offsets, each for itself: one without a leader must not
 * keep back the others.
 *
 * @param epochs the leader epochs, of those that tell them
 * @param silent those that do not answer
 */
public record OffsetAnswers(
    Map<TopicPartition, Long> offsets,
    Map<TopicPartition, Integer> epochs,
    Set<TopicPartition> silent) {
  /**
   * Waits until all have answered; or until some have, and the others had time enough.
   *
   * @param patience how long those that answer wait for the others
   * @param some whether at least one has to answer
   * @throws ExecutionException if one refuses to; or if some have to answer, and none does
   */
  public static OffsetAnswers of(
      ListOffsetsResult result, Set<TopicPartition> partitions, Duration patience, boolean some)
      throws InterruptedException, ExecutionException {
    await(result, partitions, patience, some);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Map<TopicPartition, Integer> epochs = new HashMap<>();
    Set<TopicPartition> silent = new HashSet<>();
    @Nullable ExecutionException last = null;
    for (TopicPartition partition : partitions) {
      try {
        @Nullable ListOffsetsResultInfo answer = result.partitionResult(partition).getNow(null);
        if (answer == null) {
          silent.add(partition);
        } else {
          offsets.put(partition, answer.offset());
          answer.leaderEpoch().ifPresent(epoch -> epochs.put(partition, epoch));
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException)) {
          throw e;
        }
        silent.add(partition);
        last = e;
      }
    }
    if (some && offsets.isEmpty() && last != null) {
      throw last;
    }
    return new OffsetAnswers(Map.copyOf(offsets), Map.copyOf(epochs), Set.copyOf(silent));
  }

  private static void await(
      ListOffsetsResult result, Set<TopicPartition> partitions, Duration patience, boolean some)
      throws InterruptedException {
    KafkaFuture<Void> all =
        KafkaFuture.allOf(
            partitions.stream().map(result::partitionResult).toArray(KafkaFuture<?>[]::new));
    try {
      all.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (some && partitions.stream().map(result::partitionResult).noneMatch(KafkaFuture::isDone)) {
        awaitEnd(all);
      }
    } catch (ExecutionException e) {
      // Each answer is looked at.
    }
  }

  private static void awaitEnd(KafkaFuture<Void> all) throws InterruptedException {
    try {
      all.get();
    } catch (ExecutionException e) {
      // Each answer is looked at.
    }
  }
}
