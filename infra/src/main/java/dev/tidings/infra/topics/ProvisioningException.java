package dev.tidings.infra.topics;

import java.util.concurrent.ExecutionException;

/** The cluster refused, or did not answer; trying again may help. */
public final class ProvisioningException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ProvisioningException(String message, Throwable cause) {
    super(message, cause);
  }

  static ProvisioningException of(ExecutionException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new ProvisioningException("the cluster said: " + cause.getMessage(), cause);
  }
}
