package dev.tidings.service.kafka.damage;

import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failure of the consumer concerns a single partition, such as a batch with a
 * wrong checksum. The consumer reports this only in the text of the exception or one of its causes.
 */
public final class Damage {
  private static final int MAX_DEPTH = 10;

  private Damage() {}

  /** Returns whether a failure is that of this partition, and no other attempt will mend it. */
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

  /**
   * Returns whether it is what the consumer found when it looked at the bytes of a partition: not
   * what a broker, or the client, refuses.
   */
  public static boolean isOfBytes(TopicPartition partition, KafkaException failure) {
    boolean refused =
        failure instanceof InvalidOffsetException
            || (failure instanceof ApiException && !(failure instanceof CorruptRecordException));
    return !refused && isOf(partition, failure);
  }

  /** Returns the message including that of the last cause. */
  public static String reason(KafkaException failure) {
    @Nullable Throwable cause = failure.getCause();
    return failure.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")");
  }
}
