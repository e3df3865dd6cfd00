package dev.tidings.http.exchange;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The value of the field {@code Date}, which every response has (RFC 9110, section 6.6.1): caches
 * count from it, and clients compare their clocks with it. It is written once a second, and not for
 * each response. Confined to one thread.
 */
final class DateField {
  /** The form of RFC 9110, section 5.6.7: that of RFC 1123 with two digits for each day. */
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private long second;
  private AsciiString value;

  DateField(Instant now) {
    second = now.getEpochSecond();
    value = text(now);
  }

  /** Tells the time; the value follows if it is another second. */
  void set(Instant now) {
    if (now.getEpochSecond() != second) {
      second = now.getEpochSecond();
      value = text(now);
    }
  }

  AsciiString value() {
    return value;
  }

  private static AsciiString text(Instant time) {
    return AsciiString.of(FORM.format(time));
  }
}
