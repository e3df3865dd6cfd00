package dev.tidings.control.credential;

import dev.tidings.schemas.value.InvalidValueException;
import java.security.SecureRandom;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The ids of teams and keys, in the form that clients of APNs check. */
public final class EntryIds {
  /** The form, in words. */
  public static final String FORM = "10 characters of A-Z and 0-9";

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final int LENGTH = 10;
  private static final Pattern ID = Pattern.compile("[A-Z0-9]{" + LENGTH + "}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private EntryIds() {}

  /** Returns whether this is an id. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /**
   * Returns an id.
   *
   * @throws InvalidValueException if this is none
   */
  public static String require(String text) {
    if (!isId(text)) {
      throw new InvalidValueException("id", text, FORM);
    }
    return text;
  }

  /** Returns a random id that is not taken. */
  public static String random(Predicate<String> isTaken) {
    String id;
    do {
      id =
          RANDOM
              .ints(LENGTH, 0, ALPHABET.length())
              .mapToObj(ALPHABET::charAt)
              .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
              .toString();
    } while (isTaken.test(id));
    return id;
  }
}
