package dev.tidings.control.decide;

import dev.tidings.schemas.value.InvalidValueException;
import java.util.function.Supplier;

/** Thrown if the request of an administrator does not fit with the entries there are. */
public final class RefusedDecisionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The entry that it is about is not there. */
    ABSENT,
    /** Another one has the name. */
    TAKEN,
    /** A value does not fit. */
    INVALID
  }

  private final Reason reason;
  private final InvalidValueException what;

  RefusedDecisionException(Reason reason, String name, String value, String expected) {
    this(reason, new InvalidValueException(name, value, expected));
  }

  /** Makes one that says that the entry is not there. */
  static Supplier<RefusedDecisionException> absent(String name, String value, String expected) {
    return () -> new RefusedDecisionException(Reason.ABSENT, name, value, expected);
  }

  private RefusedDecisionException(Reason reason, InvalidValueException what) {
    super(what.getMessage(), null, false, false);
    this.reason = reason;
    this.what = what;
  }

  public Reason reason() {
    return reason;
  }

  /** Returns the value, and what was expected. */
  public InvalidValueException what() {
    return what;
  }
}
