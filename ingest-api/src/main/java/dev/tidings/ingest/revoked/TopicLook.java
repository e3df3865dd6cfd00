package dev.tidings.ingest.revoked;

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

/**
 * Asks now and then which topic has a name: one that is made anew has another id. For one thread.
 */
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
   * Its id, which is waited for.
   *
   * @throws KafkaException if nobody tells it
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

  /** Whether it is this one, as far as is known: no answer is waited for. */
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
    // While there is no topic, or no broker, it is others who say so.
    return answer.isCompletedExceptionally() || !isAnother(id, answer.join());
  }

  /** Whether two ids are known not to be of one topic. */
  static boolean isAnother(Uuid one, Uuid other) {
    return !one.equals(Uuid.ZERO_UUID) && !other.equals(Uuid.ZERO_UUID) && !one.equals(other);
  }
}
