package dev.tidings.infra.cli.output;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a command writes to, looked at before it does anything else. */
public final class TargetPath {
  private TargetPath() {}

  /** A file that is not there yet. */
  public static final class NewFile implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
      Path file = path(value);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !canBeWritten(parent(file))) {
        throw refused(value, "a file that is not there, in a directory that may be written to");
      }
      return file;
    }
  }

  /** A file that is replaced if it is there, in a directory that is made if that is not. */
  public static final class AnyFile implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
      Path file = path(value);
      if (Files.isDirectory(file) || !canBeWritten(present(parent(file)))) {
        throw refused(value, "a file, in a directory that may be written to, or made");
      }
      return file;
    }
  }

  /** A directory that is made if it is not there. */
  public static final class Directory implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
      Path directory = path(value);
      if (!canBeWritten(present(directory.toAbsolutePath()))) {
        throw refused(value, "a directory that may be written to, or made");
      }
      return directory;
    }
  }

  private static Path path(String value) {
    try {
      if (!value.isEmpty()) {
        return Path.of(value);
      }
    } catch (InvalidPathException e) {
      // Refused below, as none.
    }
    throw refused(value, "a path");
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  /** Returns the nearest that is there: the path itself, or one that it is below. */
  private static Path present(Path path) {
    Path present = path;
    while (!Files.exists(present) && present.getParent() != null) {
      present = present.getParent();
    }
    return present;
  }

  private static boolean canBeWritten(Path directory) {
    return Files.isDirectory(directory) && Files.isWritable(directory);
  }

  private static TypeConversionException refused(String value, String expected) {
    return new TypeConversionException("'" + value + "' (expected: " + expected + ")");
  }
}
