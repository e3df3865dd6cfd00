package dev.tidings.schemas.registry.client;

import org.apache.kafka.common.errors.SerializationException;

/** A failed request to the registry: it refused, or did not answer. */
public abstract sealed class RegistryException extends SerializationException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }

  RegistryException(String message) {
    super(message);
  }

  /**
   * The registry could not be reached until the configured retries were used up; a later attempt
   * may succeed.
   */
  public static final class Unavailable extends RegistryException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }

    public Unavailable(String message) {
      super(message);
    }
  }

  /**
   * The registry refused the request, and will again: an unknown id, an incompatible schema, a
   * missing permission.
   */
  public static final class Refused extends RegistryException {
    private static final long serialVersionUID = 1L;

    private static final int UNAUTHORIZED = 401;
    private static final String CREDENTIALS =
        " (expected: credentials that it accepts, in basic.auth.user.info, bearer.auth.token or its"
            + " URL)";

    private final int status;
    private final int errorCode;

    Refused(String what, int status, int errorCode, String reason) {
      super(
          what
              + ": the schema registry answered "
              + status
              + " ("
              + errorCode
              + "): "
              + reason
              + (status == UNAUTHORIZED ? CREDENTIALS : ""));
      this.status = status;
      this.errorCode = errorCode;
    }

    /**
     * Returns whether the registry itself answered, about the schema requested. A proxy's 404 or
     * expired credentials say nothing about a schema.
     */
    public boolean isAboutSchema() {
      return errorCode / 100 == 404 || errorCode / 100 == 422;
    }

    /**
     * Returns whether the registry does not know the schema or subject; once registered, it will.
     */
    public boolean isUnknown() {
      return errorCode / 100 == 404;
    }

    public int status() {
      return status;
    }

    /**
     * Returns Confluent's error code, such as 40403 for an unknown schema id; 0 if there was none.
     */
    public int errorCode() {
      return errorCode;
    }
  }
}
