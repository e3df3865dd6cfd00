package dev.tidings.ingest.request;

import java.util.OptionalLong;

/** Ends the check of a request. Without a stack trace: a flood of bad requests has to be cheap. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;
  private final transient OptionalLong since;

  Refusal(RejectionReason reason, OptionalLong since) {
    super(reason.text(), null, false, false);
    this.reason = reason;
    this.since = since;
  }

  Refusal(RejectionReason reason) {
    this(reason, OptionalLong.empty());
  }

  RejectionReason reason() {
    return reason;
  }

  OptionalLong since() {
    return since;
  }
}
