package dev.tidings.infra.cli.stack;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The local stack's data directory. Some characters cannot be in its path: the broker's {@code
 * log.dirs} is a list (comma), the registry's database a URL (semicolon), and in both a backslash
 * is an escape.
 */
public final class DataPath implements ITypeConverter<Path> {
  private static final String REFUSED = ",;\\";

  @Override
  public Path convert(String value) {
    if (value.isBlank()) {
      throw refused(value, "a directory");
    }
    boolean isSound =
        value.chars().noneMatch(c -> REFUSED.indexOf(c) >= 0 || Character.isISOControl(c));
    if (!isSound) {
      throw refused(value, "no comma, semicolon, backslash or control character");
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw refused(value, "a directory");
    }
  }

  private static TypeConversionException refused(String value, String expected) {
    return new TypeConversionException(
        "data directory '%s' (expected: %s)".formatted(value, expected));
  }
}
