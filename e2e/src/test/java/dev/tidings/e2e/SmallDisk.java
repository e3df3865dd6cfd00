package dev.tidings.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a few megabytes that can be filled up. Mounting one takes root, or a sudo that
 * asks for no password; where there is neither, this fails and says so.
 */
final class SmallDisk implements AutoCloseable {
  private static final String SIZE = "size=48m";
  private static final int BLOCK = 64 << 10;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  static SmallDisk mount(Path directory) throws Exception {
    Files.createDirectories(directory);
    run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", directory.toString());
    return new SmallDisk(directory);
  }

  Path directory() {
    return directory;
  }

  /** Leaves not a byte free. */
  void fill() {
    try (var file = Files.newOutputStream(filler())) {
      while (true) {
        file.write(new byte[BLOCK]);
      }
    } catch (IOException full) {
      // That was the aim.
    }
  }

  void free() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  @Override
  public void close() throws Exception {
    // Lazily: a process that is ending may still look at it.
    run("umount", "--lazy", directory.toString());
  }

  private static void run(String... command) throws Exception {
    if (exitCode(command) == 0) {
      return;
    }
    String[] asRoot = new String[command.length + 2];
    asRoot[0] = "sudo";
    asRoot[1] = "-n";
    System.arraycopy(command, 0, asRoot, 2, command.length);
    if (exitCode(asRoot) != 0) {
      throw new AssertionError(
          Arrays.toString(command) + " failed (expected: to be root, or to have sudo)");
    }
  }

  private static int exitCode(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return 1;
      }
      return process.exitValue();
    } catch (IOException noSuchProgram) {
      return 1;
    }
  }
}
