package dev.tidings.e2e;

import java.util.UUID;

/** Notification ids that tell their number. */
final class Ids {
  private Ids() {}

  static String of(int run, int number) {
    return new UUID(run, number).toString();
  }

  static int number(String id) {
    return (int) UUID.fromString(id).getLeastSignificantBits();
  }
}
