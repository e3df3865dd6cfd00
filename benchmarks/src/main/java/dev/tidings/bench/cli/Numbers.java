package dev.tidings.bench.cli;

import dev.tidings.infra.pipeline.TidingsService;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How arguments are read. Each refusal says what was expected, before anything is started. */
final class Numbers {
  /** A payload has the time of its sending in it. */
  private static final int LEAST_PAYLOAD = 48;

  private Numbers() {}

  /** A whole number that is not negative. */
  static final class NotNegative implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 0, Integer.MAX_VALUE);
    }
  }

  /** A count: 1 or more. */
  static final class AtLeastOne implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 1, Integer.MAX_VALUE);
    }
  }

  /** A part of all. */
  static final class Percent implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 0, 100);
    }
  }

  /** The size of a payload. */
  static final class PayloadBytes implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, LEAST_PAYLOAD, Integer.MAX_VALUE);
    }
  }

  /** So many a second: a number above 0. */
  static final class Rate implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      double rate = number(value);
      if (rate > 0 && Double.isFinite(rate)) {
        return rate;
      }
      throw refused(value, "a number above 0");
    }
  }

  /** A number that is not negative. */
  static final class RateOrZero implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      double rate = number(value);
      if (rate >= 0 && Double.isFinite(rate)) {
        return rate;
      }
      throw refused(value, "a number, 0 or more");
    }
  }

  /** A setting of a service. */
  static final class ServiceSetting implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      int colon = value.indexOf(':');
      boolean isOne =
          value.indexOf('=') > colon + 1
              && Arrays.stream(TidingsService.values())
                  .anyMatch(service -> value.startsWith(service.command() + ":"));
      if (!isOne) {
        throw refused(
            value,
            "SERVICE:NAME=VALUE, the service being one of "
                + Arrays.stream(TidingsService.values())
                    .map(TidingsService::command)
                    .collect(Collectors.joining(", ")));
      }
      return value;
    }
  }

  private static double number(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static int number(String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, as one that is out of range.
    }
    throw refused(
        value,
        "a whole number, "
            + (most == Integer.MAX_VALUE ? least + " or more" : least + ".." + most));
  }

  private static TypeConversionException refused(String value, String expected) {
    return new TypeConversionException("'" + value + "' (expected: " + expected + ")");
  }
}
