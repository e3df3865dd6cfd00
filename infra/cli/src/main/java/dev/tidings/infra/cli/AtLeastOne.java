package dev.tidings.infra.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A count: 1 or more. */
final class AtLeastOne implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    try {
      int count = Integer.parseInt(value);
      if (count >= 1) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Refused below, as one that is too small.
    }
    throw new TypeConversionException("'" + value + "' (expected: a whole number, 1 or more)");
  }
}
