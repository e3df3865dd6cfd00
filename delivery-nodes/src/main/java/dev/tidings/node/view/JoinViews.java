package dev.tidings.node.view;

import dev.tidings.node.register.RefusedException;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.OperatorQuestion.Joins;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Answers who has joined topics, of the devices of this node. Nothing is kept for it: a question
 * reads the keys of all joins, so that a join costs nothing more. Thread-safe; never blocks.
 */
final class JoinViews {
  /** More are answered "not now". */
  private static final int AT_ONCE = 2;

  /** A little less than whoever asks waits: what nobody waits for any more is not read on. */
  private static final long LONGEST_NANOS = Duration.ofMillis(1_800).toNanos();

  private final DeviceTable<?> subscriptions;
  private final LongSupplier nanoTime;
  private final QuestionPlaces places =
      new QuestionPlaces(AT_ONCE, "questions about topics", "a partition");

  /**
   * @param subscriptions has a record of each device and topic that it has joined
   * @param nanoTime as {@link System#nanoTime}
   */
  JoinViews(DeviceTable<?> subscriptions, LongSupplier nanoTime) {
    this.subscriptions = subscriptions;
    this.nanoTime = nanoTime;
  }

  CompletableFuture<DeviceAnswer> answer(Joins question) {
    return places.answer(
        question,
        () -> {
          JoinCount count = new JoinCount(question);
          long begun = nanoTime.getAsLong();
          return subscriptions
              .keys(key -> {
                if (nanoTime.getAsLong() - begun > LONGEST_NANOS) {
                  throw new RefusedException(
                      RefusedException.Reason.BUSY,
                      "more have joined topics than this node reads in 2 s");
                }
                count.add(key);
              })
              .thenApply(partitions -> new DeviceAnswer.Found(count.list(partitions).text(), null));
        });
  }
}
