package dev.tidings.schemas.value;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * The time on the device's clock before which a notification is not delivered. One that the clock
 * skips at a change of daylight saving is as much later as it skips; one that it shows twice is the
 * first of the two.
 */
public record LocalDeliveryTime(LocalDateTime time) {
  /** How it is written. */
  public static final String EXPECTED = "a local time such as 2026-12-24T18:00";

  private static final Pattern FORM =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?");

  /** No zone is further behind. */
  private static final ZoneOffset WESTERNMOST = ZoneOffset.ofHours(-12);

  /**
   * Reads one.
   *
   * @param name of the value, for the message
   */
  public static LocalDeliveryTime parse(String name, String text) {
    try {
      if (FORM.matcher(text).matches()) {
        return new LocalDeliveryTime(LocalDateTime.parse(text));
      }
    } catch (DateTimeException e) {
      throw new InvalidValueException(name, text, EXPECTED);
    }
    throw new InvalidValueException(name, text, EXPECTED);
  }

  /** Returns the field of {@code Notification}. */
  public String toField() {
    return time.toString();
  }

  /** Returns when it is that time in a zone. */
  public DeliveryTime in(ZoneId zone) {
    return new DeliveryTime(time.atZone(zone).toInstant().toEpochMilli());
  }

  /** Returns when it is that time where it comes last. */
  public DeliveryTime latest() {
    return in(WESTERNMOST);
  }
}
