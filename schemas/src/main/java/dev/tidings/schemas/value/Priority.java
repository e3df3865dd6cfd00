package dev.tidings.schemas.value;

/** The urgency of a notification: {@code apns-priority}. */
public enum Priority {
  IMMEDIATE(10),
  CONSERVE_POWER(5),
  LOW(1);

  private final int number;

  Priority(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public static Priority of(int number) {
    for (Priority priority : values()) {
      if (priority.number == number) {
        return priority;
      }
    }
    throw new InvalidValueException("priority", Integer.toString(number), "10, 5 or 1");
  }
}
