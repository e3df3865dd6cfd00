package dev.tidings.schemas.registry.client;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Fetches schemas on separate threads, for callers that must not block for long: a registry may
 * accept a connection and never answer. At most one request per id at a time, and a few in total.
 * Thread-safe.
 */
final class Questions {
  private static final int MOST = 16;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final IntFunction<Schema> source;
  private final Map<Integer, Question> open = new ConcurrentHashMap<>();

  private record Question(CompletableFuture<Schema> answer, long begun) {
    long left() {
      return PATIENCE_NANOS - (System.nanoTime() - begun);
    }
  }

  /**
   * @param source returns the schema of an id; may block
   */
  Questions(IntFunction<Schema> source) {
    this.source = source;
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
      question = open.computeIfAbsent(id, this::begin);
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

  private Question begin(int id) {
    CompletableFuture<Schema> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("schema-" + id)
        .start(() -> {
          try {
            answer.complete(source.apply(id));
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          } finally {
            open.remove(id);
          }
        });
    return new Question(answer, System.nanoTime());
  }
}
