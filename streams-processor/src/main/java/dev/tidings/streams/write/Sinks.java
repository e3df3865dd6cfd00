package dev.tidings.streams.write;

/** The names of the topology's sinks. */
public final class Sinks {
  public static final String DELIVERIES = "write-deliveries";
  public static final String RECEIPTS = "write-receipts";
  public static final String NOTIFICATIONS = "forward-notifications";
  public static final String MARKS = "mark-registrations";
  public static final String DEAD_LETTERS = "write-dead-letters";

  private Sinks() {}
}
