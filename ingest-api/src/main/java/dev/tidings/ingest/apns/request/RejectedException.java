package dev.tidings.ingest.apns.request;

import java.util.OptionalLong;

/**
 * Ends the check of a request. It has no stack trace, because a flood of invalid requests must be
 * cheap.
 */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;
  private final transient OptionalLong since;

  RejectedException(RejectionReason reason, OptionalLong since) {
    super(reason.text(), null, false, false);
    this.reason = reason;
    this.since = since;
  }

  public RejectedException(RejectionReason reason) {
    this(reason, OptionalLong.empty());
  }

  public RejectionReason reason() {
    return reason;
  }

  OptionalLong since() {
    return since;
  }
}
