package dev.tidings.schemas.registry;

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
 * Asks for schemas on threads of their own, for those who must not wait for longer than a moment: a
 * registry may take a connection and never answer. One question for each id at a time, and few in
 * all. Thread-safe.
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
   * @param source gives the schema of an id; blocks
   */
  Questions(IntFunction<Schema> source) {
    this.source = source;
  }

  /**
   * The schema, if it comes within a moment of having been asked for; else the question stays open,
   * and whoever asks again later has its answer.
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
