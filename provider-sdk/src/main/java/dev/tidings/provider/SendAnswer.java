package dev.tidings.provider;

/** The response of the service to a notification. */
public sealed interface SendAnswer {

  /** The notification is stored. */
  record Accepted(String id) implements SendAnswer {}

  /** The notification was refused; {@code reason} is one of Apple's. */
  record Rejected(int status, String reason) implements SendAnswer {}
}
