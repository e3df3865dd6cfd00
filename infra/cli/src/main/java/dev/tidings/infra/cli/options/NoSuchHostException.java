package dev.tidings.infra.cli.options;

/** A host that is not known here; the message names it. */
public final class NoSuchHostException extends RuntimeException {
  NoSuchHostException(String host, Throwable cause) {
    super(host + " is no host that is known here", cause);
  }
}
