package dev.tidings.service.table;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Asks periodically for the id of a topic: a recreated topic has another id. Not thread-safe. */
final class TopicLook {
  private static final Duration EVERY = Duration.ofSeconds(4);
  private static final Duration TO_ANSWER = Duration.ofSeconds(2);

  private final String topic;
  private final Supplier<CompletionStage<Uuid>> ask;
  private long next = System.nanoTime();
  private @Nullable CompletableFuture<Uuid> asked;

  TopicLook(String topic, Supplier<CompletionStage<Uuid>> ask) {
    this.topic = topic;
    this.ask = ask;
  }

  /**
   * Returns the id of the topic. Blocks.
   *
   * @throws KafkaException if no broker reports it
   */
  Uuid now() {
    try {
      return ask.get().toCompletableFuture().get(TO_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException("the id of " + topic + " can't be had", e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("the id of " + topic + " was not told within " + TO_ANSWER, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Returns whether the topic still has this id, as far as known. Does not block. */
  boolean isStill(Uuid id) {
    CompletableFuture<Uuid> answer = asked;
    if (answer == null) {
      if (System.nanoTime() - next >= 0) {
        asked = ask.get().toCompletableFuture();
      }
      return true;
    }
    if (!answer.isDone()) {
      return true;
    }
    asked = null;
    next = System.nanoTime() + EVERY.toNanos();
    // An absent topic or broker is reported elsewhere.
    return answer.isCompletedExceptionally() || !isAnother(id, answer.join());
  }

  /** Returns whether two ids are known to be of different topics. */
  static boolean isAnother(Uuid one, Uuid other) {
    return !one.equals(Uuid.ZERO_UUID) && !other.equals(Uuid.ZERO_UUID) && !one.equals(other);
  }
}
