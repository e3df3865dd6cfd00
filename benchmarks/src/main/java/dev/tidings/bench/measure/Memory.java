package dev.tidings.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The memory of a JVM.
 *
 * @param live bytes of the heap in use after a collection
 * @param resident resident bytes of the process
 */
public record Memory(long live, long resident) {
  private static final String RESIDENT = "VmRSS:";

  /** Makes a JVM of this user collect its garbage, and returns what is left. */
  public static Memory afterCollection(long pid) throws InterruptedException {
    long live = pid == ProcessHandle.current().pid() ? ownLive() : live(pid);
    return new Memory(live, resident(pid));
  }

  public static long resident(long pid) {
    return CpuTime.read(Path.of("/proc", Long.toString(pid), "status"))
        .lines()
        .filter(line -> line.startsWith(RESIDENT))
        .map(line -> line.substring(RESIDENT.length()).replace("kB", "").strip())
        .mapToLong(kilobytes -> Long.parseLong(kilobytes) << 10)
        .findFirst()
        .orElse(0);
  }

  /**
   * A JVM that waits for its own jcmd does not always get a response, so it asks itself directly.
   */
  private static long ownLive() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /**
   * Reads the total of the histogram, which is what a full collection leaves, with any collector.
   */
  private static long live(long pid) throws InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output
          .lines()
          .filter(line -> line.startsWith("Total"))
          .map(line -> line.strip().split(" +", -1))
          .mapToLong(words -> Long.parseLong(words[2]))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("jcmd " + pid + ": " + output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
