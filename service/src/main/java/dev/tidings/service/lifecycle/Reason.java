package dev.tidings.service.lifecycle;

/** Describes a failure in one line, for output without a stack trace. */
final class Reason {

  /** Returns the message, and that of the first cause whose message differs. */
  static String of(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    String first = say(failure);
    String last = say(root);
    return oneLine(first.contains(last) ? first : first + ": " + last);
  }

  private static String say(Throwable failure) {
    String message = failure.getLocalizedMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private Reason() {}
}
