package dev.tidings.infra.provider;

/** What the service answered to a notification. */
public sealed interface SendAnswer {

  /** It has it, for good. */
  record Accepted(String id) implements SendAnswer {}

  /** It does not take it. {@code reason} is Apple's word for why. */
  record Rejected(int status, String reason) implements SendAnswer {}
}
