package dev.tidings.node.log.start;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the brokers that the reader's thread does not wait for: it goes on with the answer
 * in a later turn. For the reader's thread.
 */
public final class LogQuestions {
  private final ReaderTasks tasks;

  /** Grows with each doubt of the assignment: what was looked up before may be out of date. */
  private int doubts;

  public LogQuestions(ReaderTasks tasks) {
    this.tasks = tasks;
  }

  /** Goes on with an answer. */
  public interface Answered<T> {
    /** Exactly one of them is null. */
    void by(@Nullable T found, @Nullable Throwable failure);
  }

  /** It is in doubt what this process owns: others may read and commit from now on. */
  public void doubt() {
    doubts++;
  }

  /**
   * Asks, and goes on with the answer on the reader's thread.
   *
   * @param again asks anew, if the answer may be out of date by then
   */
  public <T> void ask(Supplier<CompletionStage<T>> question, Runnable again, Answered<T> then) {
    int asked = doubts;
    CompletableFuture.completedFuture(question)
        .thenCompose(Supplier::get)
        .whenComplete((found, failure) ->
            tasks.inTurn(() -> {
              if (asked == doubts) {
                then.by(found, failure);
              } else {
                again.run();
              }
            }));
  }

  /** Returns why a question was not answered. */
  public static String why(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    return String.valueOf(cause);
  }
}
