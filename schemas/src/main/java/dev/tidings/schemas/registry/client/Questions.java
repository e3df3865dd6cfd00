package dev.tidings.schemas.registry.client;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Fetches schemas on the threads of an executor, for callers that must not block for long: a
 * registry may accept a connection and never answer. At most one request per id at a time, and a
 * few in total. Thread-safe.
 */
final class Questions {
  private static final int MOST = 16;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final IntFunction<Schema> source;
  private final Executor executor;
  private final Map<Integer, Question> open = new ConcurrentHashMap<>();

  private record Question(CompletableFuture<Schema> answer, long begun) {
    long left() {
      return PATIENCE_NANOS - (System.nanoTime() - begun);
    }
  }

  /**
   * @param source returns the schema of an id; may block
   * @param executor runs the requests, {@link #MOST} at a time; belongs to the caller
   */
  Questions(IntFunction<Schema> source, Executor executor) {
    this.source = source;
    this.executor = executor;
  }

  /**
   * Returns the schema if it arrives in time; otherwise the request continues, and a later call
   * returns its result.
   *
   * @throws RegistryException as the source does
   */
  Optional<Schema> ask(int id) {
    @Nullable Question question = open.get(id);
    if (question == null) {
      if (open.size() >= MOST) {
        return Optional.empty();
      }
      question = begin(id);
    }
    if (question == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(question.answer().get(Math.max(0, question.left()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Returns null if the executor takes no more. */
  private @Nullable Question begin(int id) {
    Question begun = new Question(new CompletableFuture<>(), System.nanoTime());
    @Nullable Question other = open.putIfAbsent(id, begun);
    if (other != null) {
      return other;
    }
    try {
      executor.execute(() -> {
        try {
          begun.answer().complete(source.apply(id));
        } catch (RuntimeException | Error e) {
          begun.answer().completeExceptionally(e);
        } finally {
          open.remove(id);
        }
      });
    } catch (RejectedExecutionException e) {
      open.remove(id);
      return null;
    }
    return begun;
  }
}
