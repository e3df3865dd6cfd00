package dev.tidings.service.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts with a unit: {@code 64k} bytes, {@code 250ms}. */
final class Quantities {

  private static final Pattern AMOUNT = Pattern.compile("([0-9]+)([a-z]*)");

  private static final List<Map.Entry<String, Long>> BYTE_UNITS =
      List.of(
          Map.entry("", 1L),
          Map.entry("k", 1L << 10),
          Map.entry("m", 1L << 20),
          Map.entry("g", 1L << 30));

  private static final List<Map.Entry<String, Long>> MILLISECOND_UNITS =
      List.of(
          Map.entry("ms", 1L),
          Map.entry("s", 1_000L),
          Map.entry("m", 60_000L),
          Map.entry("h", 3_600_000L),
          Map.entry("d", 86_400_000L));

  static ValueFormat<Long> bytes(long min, long max) {
    return new ValueFormat<>(
        "bytes, " + writeBytes(min) + " to " + writeBytes(max) + ", such as 512, 64k, 32m or 1g",
        text -> ValueFormats.within(readBytes(text), min, max),
        Quantities::writeBytes);
  }

  static ValueFormat<Duration> duration(Duration min, Duration max) {
    return new ValueFormat<>(
        "a duration, "
            + writeDuration(min)
            + " to "
            + writeDuration(max)
            + ", such as 250ms, 10s, 5m, 2h or 7d",
        text -> ValueFormats.within(readDuration(text), min, max),
        Quantities::writeDuration);
  }

  private static long readBytes(String text) {
    return read(text.toLowerCase(Locale.ROOT), BYTE_UNITS);
  }

  private static String writeBytes(long bytes) {
    return bytes == 0 ? "0" : write(bytes, BYTE_UNITS);
  }

  private static Duration readDuration(String text) {
    return Duration.ofMillis(read(text, MILLISECOND_UNITS));
  }

  private static String writeDuration(Duration duration) {
    return duration.isZero() ? "0s" : write(duration.toMillis(), MILLISECOND_UNITS);
  }

  private static long read(String text, List<Map.Entry<String, Long>> units) {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      throw new IllegalArgumentException();
    }
    for (Map.Entry<String, Long> unit : units) {
      if (unit.getKey().equals(amount.group(2))) {
        return Math.multiplyExact(Long.parseLong(amount.group(1)), (long) unit.getValue());
      }
    }
    throw new IllegalArgumentException();
  }

  /**
   * Writes the amount in the largest unit that divides it, so that a default reads as it was
   * declared.
   */
  private static String write(long amount, List<Map.Entry<String, Long>> units) {
    for (Map.Entry<String, Long> unit : new ArrayList<>(units).reversed()) {
      if (amount % unit.getValue() == 0) {
        return amount / unit.getValue() + unit.getKey();
      }
    }
    return Long.toString(amount);
  }

  private Quantities() {}
}
