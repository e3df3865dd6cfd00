package dev.tidings.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** Bytes that are no record of the expected type and never will be: for the dead-letter topic. */
public final class UnreadableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  private final boolean schemaUnknown;

  private UnreadableRecordException(String message, Throwable cause, boolean schemaUnknown) {
    super(message, cause);
    this.schemaUnknown = schemaUnknown;
  }

  UnreadableRecordException(String message) {
    super(message);
    this.schemaUnknown = false;
  }

  public UnreadableRecordException(String message, Throwable cause) {
    this(message, cause, false);
  }

  static UnreadableRecordException ofUnknownSchema(String message, Throwable cause) {
    return new UnreadableRecordException(message, cause, true);
  }

  /**
   * Whether it is only that no registry knows the schema it was written with. One that has just
   * been told it, and has not told the others, makes that a matter of time.
   */
  public boolean isSchemaUnknown() {
    return schemaUnknown;
  }
}
