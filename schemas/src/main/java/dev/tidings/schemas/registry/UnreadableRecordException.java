package dev.tidings.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** Bytes that are no record of the expected type and never will be: for the dead-letter topic. */
public final class UnreadableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  UnreadableRecordException(String message) {
    super(message);
  }

  public UnreadableRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
