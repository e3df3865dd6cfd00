package dev.tidings.service.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Tells what a write failed with because of its producer and not because of the record. A producer
 * that was once refused its id (by an ACL or a password that is wrong for a moment) is in an error
 * state for good, and says of whatever is sent that it is; the same goes for one whose id or
 * sequence the broker does not take any more. Only another one helps.
 */
public final class ProducerFailure {
  private ProducerFailure() {}

  public static boolean isOne(Exception failure) {
    return switch (failure) {
      case ProducerFencedException fenced -> true;
      case InvalidProducerEpochException fenced -> true;
      case InvalidPidMappingException forgotten -> true;
      case OutOfOrderSequenceException gap -> true;
      // The error state has no class of its own; what concerns a record has one.
      default -> failure.getClass() == KafkaException.class;
    };
  }
}
