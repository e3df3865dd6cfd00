package dev.tidings.schemas.registry.client;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes are not a record of the expected type and never will be: they belong in the dead-letter
 * topic.
 */
public final class UnreadableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  private enum Reason {
    BYTES,
    SCHEMA_UNKNOWN,
    OTHER_TYPE
  }

  private final Reason reason;

  private UnreadableRecordException(String message, @Nullable Throwable cause, Reason reason) {
    super(message, cause);
    this.reason = reason;
  }

  public UnreadableRecordException(String message) {
    this(message, null, Reason.BYTES);
  }

  public UnreadableRecordException(String message, Throwable cause) {
    this(message, cause, Reason.BYTES);
  }

  public static UnreadableRecordException ofUnknownSchema(String message, Throwable cause) {
    return new UnreadableRecordException(message, cause, Reason.SCHEMA_UNKNOWN);
  }

  /** The writer's schema, as the registry has it, is that of another record type. */
  public static UnreadableRecordException ofOtherType(String message, @Nullable Throwable cause) {
    return new UnreadableRecordException(message, cause, Reason.OTHER_TYPE);
  }

  /**
   * Returns whether the only reason is that no registry knows the writer's schema. That can be
   * temporary: one registry may have the schema already, and the others not yet.
   */
  public boolean isSchemaUnknown() {
    return reason == Reason.SCHEMA_UNKNOWN;
  }

  /**
   * Returns whether the reason may be the registry's alone: it does not know the writer's schema,
   * or gives that of another record type. For those who can wait for a while without harm: more
   * likely its writer erred.
   */
  public boolean mayBeReadLater() {
    return reason != Reason.BYTES;
  }
}
