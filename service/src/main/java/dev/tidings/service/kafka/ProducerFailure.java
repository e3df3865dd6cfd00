package dev.tidings.service.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Recognises write failures that are caused by the producer, not by the record. A producer that was
 * once refused its id (by an ACL or a password that is wrong for a moment) stays in an error state
 * and fails every further send with it, or waits for its id for ever; so does one whose id or
 * sequence the broker no longer accepts. Only a new producer helps.
 */
public final class ProducerFailure {
  private ProducerFailure() {}

  /**
   * Whether the same record may well be written later: by then the broker can be reached again, or
   * there is a new producer.
   */
  public static boolean mayPass(Exception failure) {
    return failure instanceof RetriableException || isOne(failure);
  }

  /** Whether no further record is written by this producer. */
  public static boolean isOne(Exception failure) {
    return switch (failure) {
      case ProducerFencedException fenced -> true;
      case InvalidProducerEpochException fenced -> true;
      case InvalidPidMappingException forgotten -> true;
      case OutOfOrderSequenceException gap -> true;
      case AuthenticationException refused -> true;
      // The error state has no exception class of its own; failures of a single record do.
      default -> failure.getClass() == KafkaException.class;
    };
  }
}
