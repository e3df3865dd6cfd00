package dev.tidings.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a JVM needs.
 *
 * @param live bytes of the heap that are in use after a collection
 * @param resident bytes of the process that are in memory
 */
public record Memory(long live, long resident) {
  private static final String RESIDENT = "VmRSS:";

  /** Has a JVM of this user collect its garbage, and tells what is left. */
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

  /** A JVM that waits for what it is asked about itself does not always get an answer. */
  private static long ownLive() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The histogram's total: it counts what a full collection has left, whatever the collector. */
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
