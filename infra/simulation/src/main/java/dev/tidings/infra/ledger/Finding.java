package dev.tidings.infra.ledger;

/**
 * A promise that was not kept.
 *
 * @param kind which
 * @param what of which notification, token or device, and how
 */
public record Finding(Kind kind, String what) {

  /** The promises, by what breaks them. */
  public enum Kind {
    /** Accepted, and neither confirmed by its device nor ended by a receipt that may be true. */
    LOST("lost"),
    /** Accepted, and first arrived behind one that was accepted later. */
    OUT_OF_ORDER("order violations"),
    /** Said to be unregistered, by an answer or a receipt, though its device never asked for it. */
    FALSELY_UNREGISTERED("false unregistered"),
    /** Ended by a receipt that is not true. */
    FALSE_RECEIPT("false receipts"),
    /** Confirmed by its device, and no receipt says so. */
    NO_RECEIPT("confirmed, no receipt"),
    /** A trace that says something else than its receipt. */
    FALSE_TRACE("false traces"),
    /** Arrived at a device and app it was not sent to. */
    STRAY("at the wrong device"),
    /** Arrived though its token had been revoked before it was sent. */
    REVOKED("arrived though revoked"),
    /** A token that came back, changed by itself, or was given to two. */
    TOKEN("wrong tokens"),
    /** A notification that was called invalid. */
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
