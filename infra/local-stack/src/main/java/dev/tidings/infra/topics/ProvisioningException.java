package dev.tidings.infra.topics;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.TimeoutException;

/** The cluster refused a request, or did not respond; a repetition may help. */
public final class ProvisioningException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ProvisioningException(String message, Throwable cause) {
    super(message, cause);
  }

  static ProvisioningException of(ExecutionException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    String words =
        cause instanceof TimeoutException
            ? "the cluster does not answer: "
            : "the cluster refused: ";
    return new ProvisioningException(words + cause.getMessage(), cause);
  }
}
