package dev.tidings.infra.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A TCP port: 0 to 65535. */
public final class PortNumber implements ITypeConverter<Integer> {
  static final int HIGHEST = 65_535;

  @Override
  public Integer convert(String value) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= HIGHEST) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Refused below, as one that is out of range.
    }
    throw new TypeConversionException("'" + value + "' (expected: a port, 0 to 65535)");
  }
}
