package dev.tidings.ingest.accept;

/** Told what became of one notification. */
@FunctionalInterface
public interface AppendListener {
  /**
   * Called exactly once, in the producer's thread or before {@link NotificationLog#append} returns;
   * must not block.
   */
  void appended(AppendResult result);
}
