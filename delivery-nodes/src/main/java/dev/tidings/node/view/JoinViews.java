package dev.tidings.node.view;

import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.OperatorQuestion.Joins;
import java.util.concurrent.CompletableFuture;

/**
 * Answers who has joined topics, of the devices of this node. Nothing is kept for it: a question
 * reads the keys of all joins, so that a join costs nothing more. Thread-safe; never blocks.
 */
final class JoinViews {
  /** More are answered "not now". */
  private static final int AT_ONCE = 2;

  private final DeviceTable<?> subscriptions;
  private final QuestionPlaces places =
      new QuestionPlaces(AT_ONCE, "questions about topics", "a partition");

  /**
   * @param subscriptions has a record of each device and topic that it has joined
   */
  JoinViews(DeviceTable<?> subscriptions) {
    this.subscriptions = subscriptions;
  }

  CompletableFuture<DeviceAnswer> answer(Joins question) {
    return places.answer(
        question,
        () -> {
          JoinCount count = new JoinCount(question);
          return subscriptions
              .keys(count::add)
              .thenApply(partitions -> new DeviceAnswer.Found(count.list(partitions).text(), null));
        });
  }
}
