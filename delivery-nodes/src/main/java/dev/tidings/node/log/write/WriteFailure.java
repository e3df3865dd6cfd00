package dev.tidings.node.log.write;

import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.service.kafka.ProducerFailure;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/** The consequence of a failed write for the record, and for the records after it. */
enum WriteFailure {
  /** This record alone will never be accepted. */
  FINAL("refused"),
  /** No record is accepted until an operator acts. */
  NOT_ALLOWED("not.allowed"),
  /** No record is accepted as long as this machine's clock is wrong. */
  CLOCK("clock"),
  /** The record will be accepted shortly. */
  PASSING("retriable"),
  /** The failure is the producer's, not the record's: a new producer is needed. */
  PRODUCER("producer"),
  /** The cause is unknown: retried for a while, because it may be this record alone. */
  UNKNOWN("unknown");

  private final String label;

  WriteFailure(String label) {
    this.label = label;
  }

  /** Returns the label used in metrics. */
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
      // The registry's operator may accept it after all; and it concerns the schema of the whole
      // topic.
      case RegistryException.Refused refused -> NOT_ALLOWED;
      case SerializationException impossible -> FINAL;
      case RetriableException passing -> PASSING;
      default -> ProducerFailure.isOne(e) ? PRODUCER : UNKNOWN;
    };
  }
}
