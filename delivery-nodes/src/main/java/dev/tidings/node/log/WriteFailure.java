package dev.tidings.node.log;

import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.service.kafka.ProducerFailure;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/** What a failed write means for the record, and for those behind it. */
enum WriteFailure {
  /** Will never be taken, whatever is done: this record alone. */
  FINAL("refused"),
  /** Nothing is taken until somebody does something. */
  NOT_ALLOWED("not.allowed"),
  /** Nothing is taken as long as this machine's clock is wrong. */
  CLOCK("clock"),
  /** Will be taken before long. */
  PASSING("retriable"),
  /** It is not the record's, but that of the producer that wrote it: another one is needed. */
  PRODUCER("producer"),
  /** Nobody knows: tried for a while, for it may be this record alone. */
  UNKNOWN("unknown");

  private final String label;

  WriteFailure(String label) {
    this.label = label;
  }

  /** As metrics name it. */
  String label() {
    return label;
  }

  static WriteFailure of(Exception e) {
    return switch (e) {
      case RecordTooLargeException tooLarge -> FINAL;
      case RecordBatchTooLargeException tooLarge -> FINAL;
      case InvalidTimestampException clock -> CLOCK;
      case AuthorizationException refused -> NOT_ALLOWED;
      case AuthenticationException refused -> NOT_ALLOWED;
      case RegistryException.Unavailable away -> PASSING;
      // Whoever runs the registry may let it in after all; and it is the whole topic's schema.
      case RegistryException.Refused refused -> NOT_ALLOWED;
      case SerializationException impossible -> FINAL;
      case RetriableException passing -> PASSING;
      default -> ProducerFailure.isOne(e) ? PRODUCER : UNKNOWN;
    };
  }
}
