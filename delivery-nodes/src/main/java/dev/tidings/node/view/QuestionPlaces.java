package dev.tidings.node.view;

import dev.tidings.node.register.RefusedException;
import dev.tidings.schemas.question.DeviceAnswer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how many questions of one kind are answered at once, and how long whoever asks waits for
 * an answer: what cannot be answered has the answer "not now". Thread-safe; never blocks.
 */
final class QuestionPlaces {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(QuestionPlaces.class);

  private final int atOnce;
  private final String questions;
  private final String partition;
  private final Semaphore free;

  /**
   * @param questions what kind they are, for the answer that there are too many
   * @param partition which partition has to be read, for the answer that it cannot be
   */
  QuestionPlaces(int atOnce, String questions, String partition) {
    this.atOnce = atOnce;
    this.questions = questions;
    this.partition = partition;
    this.free = new Semaphore(atOnce);
  }

  /**
   * Answers a question if there is a place for it.
   *
   * @param question for the log
   * @param search begins to look for the answer
   */
  CompletableFuture<DeviceAnswer> answer(
      Object question, Supplier<CompletableFuture<DeviceAnswer>> search) {
    if (!free.tryAcquire()) {
      return CompletableFuture.completedFuture(
          new DeviceAnswer.NotNow(atOnce + " " + questions + " are being answered"));
    }
    CompletableFuture<DeviceAnswer> answer;
    try {
      answer = search.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    // Whatever it still reads, it has its place until that is read.
    answer.whenComplete((done, failure) -> free.release());
    return answer
        .copy()
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> {
          LOG.debug("{}: cannot be answered", question, failure);
          return new DeviceAnswer.NotNow(why(failure));
        });
  }

  private String why(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedException refused) {
        return String.valueOf(refused.getMessage());
      }
    }
    return partition + " cannot be read at the moment";
  }
}
