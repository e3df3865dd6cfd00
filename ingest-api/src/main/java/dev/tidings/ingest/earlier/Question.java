package dev.tidings.ingest.earlier;

import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.schemas.topic.ReceiptKey;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether a notification was accepted before: answered once, by whoever is first. Thread-safe. */
final class Question {
  private final ReceiptKey key;
  private final long askedNanos;
  private final AtomicReference<@Nullable Consumer<Optional<Earlier>>> asking;

  Question(ReceiptKey key, long askedNanos, Consumer<Optional<Earlier>> asking) {
    this.key = key;
    this.askedNanos = askedNanos;
    this.asking = new AtomicReference<>(asking);
  }

  /** The key of the receipt that answers it. */
  ReceiptKey key() {
    return key;
  }

  boolean isOpen() {
    return asking.get() != null;
  }

  boolean isOlderThan(long nanos, long now) {
    return now - askedNanos >= nanos;
  }

  /** Returns who is to be told, to the first who asks for it; null to all others. */
  @Nullable Consumer<Optional<Earlier>> close() {
    return asking.getAndSet(null);
  }
}
