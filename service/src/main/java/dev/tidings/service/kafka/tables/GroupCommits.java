package dev.tidings.service.kafka.tables;

import dev.tidings.service.kafka.OffsetAnswers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;

/**
 * The committed offsets of a group, compared with the partitions as they are now. A commit has a
 * topic's name, an offset, and the epoch of the leader that served the record before it. If the
 * topic is deleted and created again, both are taken for those of the new topic: an offset beyond
 * its end is of no record, and a consumer that is told of a later leader than the partition has
 * waits for that leader, and reads nothing. Thread-safe.
 *
 * @param admin owned and closed by the caller
 */
public record GroupCommits(Admin admin, String group) {
  /**
   * How long the others wait for a partition that does not answer: longer than any leader takes.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration TO_ANSWER = Duration.ofSeconds(10);

  /**
   * What a comparison has found.
   *
   * @param foreign the partitions whose commit cannot be of the topic that is there now
   * @param silent those that do not answer, for example because they have no leader
   */
  public record Compared(Set<TopicPartition> foreign, Set<TopicPartition> silent) {}

  /**
   * Compares the commits with the ends and the leaders of these partitions.
   *
   * @param some whether at least one of them has to answer
   * @throws ExecutionException if one refuses to; or if some have to answer, and none does
   */
  public Compared compare(Set<TopicPartition> partitions, boolean some)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> commits = all();
    // Read after the commits: records written in between do no harm.
    OffsetAnswers ends = offsets(partitions, OffsetSpec.latest(), some);
    Set<TopicPartition> foreign = new HashSet<>();
    ends.offsets()
        .forEach((partition, end) -> {
          OffsetAndMetadata commit = commits.get(partition);
          if (commit != null && (commit.offset() > end || isLater(commit, partition, ends))) {
            foreign.add(partition);
          }
        });
    return new Compared(foreign, ends.silent());
  }

  /**
   * Returns the partitions of these topics whose commit names a later leader than they have.
   * Partitions that do not answer are left out; nobody is asked unless a commit names a leader that
   * was not the first.
   */
  public Set<TopicPartition> ofLaterLeaders(Set<String> topics)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> commits = all();
    commits.keySet().removeIf(partition -> !topics.contains(partition.topic()));
    commits.values().removeIf(commit -> commit.leaderEpoch().orElse(0) <= 0);
    if (commits.isEmpty()) {
      return Set.of();
    }
    OffsetAnswers ends = offsets(commits.keySet(), OffsetSpec.latest(), false);
    commits.entrySet().removeIf(commit -> !isLater(commit.getValue(), commit.getKey(), ends));
    return Set.copyOf(commits.keySet());
  }

  private static boolean isLater(
      OffsetAndMetadata commit, TopicPartition partition, OffsetAnswers ends) {
    @Nullable Integer epoch = ends.epochs().get(partition);
    return epoch != null && commit.leaderEpoch().orElse(epoch) > epoch;
  }

  /**
   * Resets these partitions to the first record that is kept, without a leader's epoch. Running
   * members are not disturbed: brokers refuse the reset while the group has members, and a process
   * that was suspended meanwhile is no longer a member when it resumes, so its commits are refused.
   *
   * @return whether it was done; false while the group has members
   */
  public boolean rewind(Set<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
    OffsetAnswers answers = offsets(partitions, OffsetSpec.earliest(), true);
    answers.offsets().forEach((partition, start) -> starts.put(partition, commit(start)));
    // Of one that does not answer: what is before the first record is read from the first record.
    answers.silent().forEach(partition -> starts.put(partition, commit(0)));
    try {
      answer(admin.alterConsumerGroupOffsets(group, starts).all());
      return true;
    } catch (ExecutionException e) {
      if (isInUse(e.getCause())) {
        return false;
      }
      throw e;
    }
  }

  private static OffsetAndMetadata commit(long offset) {
    return new OffsetAndMetadata(offset);
  }

  private static boolean isInUse(@Nullable Throwable failure) {
    return failure instanceof UnknownMemberIdException
        || failure instanceof IllegalGenerationException
        || failure instanceof RebalanceInProgressException
        || failure instanceof GroupNotEmptyException;
  }

  /** Returns all commits of the group; none if there is no such group. */
  public Map<TopicPartition, OffsetAndMetadata> all()
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    try {
      answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
          .forEach((partition, commit) -> {
            if (commit != null) {
              commits.put(partition, commit);
            }
          });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw e;
      }
    }
    return commits;
  }

  private OffsetAnswers offsets(Set<TopicPartition> partitions, OffsetSpec which, boolean some)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(partition -> partition, any -> which));
    return OffsetAnswers.of(admin.listOffsets(asked), partitions, PATIENCE, some);
  }

  private static <T> T answer(KafkaFuture<T> asked)
      throws InterruptedException, ExecutionException {
    try {
      return asked.get(TO_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ExecutionException("no answer within " + TO_ANSWER.toSeconds() + " s", e);
    }
  }
}
