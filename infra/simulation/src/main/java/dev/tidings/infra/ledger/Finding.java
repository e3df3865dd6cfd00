package dev.tidings.infra.ledger;

/**
 * A violated guarantee.
 *
 * @param kind the guarantee
 * @param what the notification, token or device, and how
 */
public record Finding(Kind kind, String what) {

  /** The guarantees, by their violation. */
  public enum Kind {
    /** Accepted, and neither confirmed by its device nor settled by a receipt that can be true. */
    LOST("lost"),
    /** Accepted, and first arrived after one that was accepted later. */
    OUT_OF_ORDER("order violations"),
    /**
     * Reported as unregistered, by a response or a receipt, though its device never returned the
     * token.
     */
    FALSELY_UNREGISTERED("false unregistered"),
    /** Settled by a receipt that cannot be true. */
    FALSE_RECEIPT("false receipts"),
    /** Confirmed by its device, without a receipt that says so. */
    NO_RECEIPT("confirmed, no receipt"),
    /** Accepted, and missing in the service's own audit; or that has not come so far. */
    AUDIT("missing in the audit"),
    /** A trace that differs from its receipt. */
    FALSE_TRACE("false traces"),
    /** Arrived at a device or app to which it was not sent. */
    STRAY("at the wrong device"),
    /** Arrived though its token had been revoked before it was sent. */
    REVOKED("arrived though revoked"),
    /** A token that came back, changed without a request, or was given to two devices. */
    TOKEN("wrong tokens"),
    /** A valid notification that was refused as invalid. */
    CALLED_INVALID("wrongly called invalid");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  @Override
  public String toString() {
    return kind + ": " + what;
  }
}
