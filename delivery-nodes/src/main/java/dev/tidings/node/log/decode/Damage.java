package dev.tidings.node.log.decode;

import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failure of the consumer concerns a single partition, such as a batch with a
 * wrong checksum. The consumer reports this only in the text of the exception or one of its causes.
 */
final class Damage {
  private static final int MAX_DEPTH = 10;

  private Damage() {}

  static boolean isOf(TopicPartition partition, KafkaException failure) {
    if (failure instanceof RetriableException) {
      return false;
    }
    Pattern name = Pattern.compile("(?<![\\w.-])" + Pattern.quote(partition + "") + "(?!\\d)");
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++, cause = cause.getCause()) {
      if (cause.getMessage() != null && name.matcher(cause.getMessage()).find()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the message including that of the last cause. */
  static String reason(KafkaException failure) {
    @Nullable Throwable cause = failure.getCause();
    return failure.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")");
  }
}
