package dev.tidings.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** What the registry answered, or that it did not. */
public abstract sealed class RegistryException extends SerializationException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }

  RegistryException(String message) {
    super(message);
  }

  /** The registry could not be asked, for as long as the configured retries last: try again. */
  public static final class Unavailable extends RegistryException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message, Throwable cause) {
      super(message, cause);
    }

    Unavailable(String message) {
      super(message);
    }
  }

  /** The registry answered no, and will again: an unknown id, an incompatible schema, no right. */
  public static final class Refused extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int errorCode;

    Refused(String what, int status, int errorCode, String reason) {
      super(what + ": the schema registry answered " + status + " (" + errorCode + "): " + reason);
      this.status = status;
      this.errorCode = errorCode;
    }

    /**
     * Whether it was the registry that answered, about what was asked for. A proxy's 404 or
     * credentials that have run out say nothing about a schema.
     */
    public boolean isAboutSchema() {
      return errorCode / 100 == 404 || errorCode / 100 == 422;
    }

    /** Whether the registry does not know what was asked for; once it is registered it will. */
    public boolean isUnknown() {
      return errorCode / 100 == 404;
    }

    public int status() {
      return status;
    }

    /** Confluent's error code, such as 40403 for an unknown schema id; 0 where there was none. */
    public int errorCode() {
      return errorCode;
    }
  }
}
