package dev.tidings.control;

/** The names and the permitted values of entries of kind {@link ControlKind#LIMIT}. */
public final class LimitEntries {
  /** In front of a team's id. */
  public static final String TEAM = "team/";

  /** In front of an app's bundle id. */
  public static final String APP = "app/";

  /** The largest {@code perSecond}; 0 says that there is no limit. */
  public static final int MAX_PER_SECOND = 1_000_000;

  /** The largest {@code seconds}; the smallest is 1. */
  public static final int MAX_SECONDS = 3_600;

  private LimitEntries() {}
}
