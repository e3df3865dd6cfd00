package dev.tidings.schemas.registry.client;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The bytes are not a record of the expected type and never will be: they belong in the dead-letter
 * topic.
 */
public final class UnreadableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  private final boolean schemaUnknown;

  private UnreadableRecordException(String message, Throwable cause, boolean schemaUnknown) {
    super(message, cause);
    this.schemaUnknown = schemaUnknown;
  }

  public UnreadableRecordException(String message) {
    super(message);
    this.schemaUnknown = false;
  }

  public UnreadableRecordException(String message, Throwable cause) {
    this(message, cause, false);
  }

  public static UnreadableRecordException ofUnknownSchema(String message, Throwable cause) {
    return new UnreadableRecordException(message, cause, true);
  }

  /**
   * Returns whether the only reason is that no registry knows the writer's schema. That can be
   * temporary: one registry may have the schema already, and the others not yet.
   */
  public boolean isSchemaUnknown() {
    return schemaUnknown;
  }
}
