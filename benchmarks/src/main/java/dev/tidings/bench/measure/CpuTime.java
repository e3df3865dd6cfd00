package dev.tidings.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads the processor time of processes from Linux's {@code /proc}, see proc(5), which counts in
 * hundredths of a second.
 */
public final class CpuTime {
  private static final double MICROS_PER_TICK = 1e6 / 100;

  // After the name, which may contain anything: utime and stime are fields 14 and 15.
  private static final int USER = 11;
  private static final int SYSTEM = 12;

  /** The names as the kernel shows them: their first 15 characters. */
  private static final String COMPILER = " CompilerThre";

  private CpuTime() {}

  /** Returns what a JVM has used so far. */
  public static Cpu of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    double compiling = 0;
    for (String thread : entries(process.resolve("task"))) {
      compiling += compiling(process.resolve("task").resolve(thread).resolve("stat"));
    }
    return new Cpu(micros(read(process.resolve("stat"))), compiling);
  }

  private static double compiling(Path stat) {
    try {
      // C1's and C2's threads: at least one of each exists from start to end.
      String text = Files.readString(stat);
      return text.contains(COMPILER) ? micros(text) : 0;
    } catch (IOException e) {
      // The thread has just ended.
      return 0;
    }
  }

  private static double micros(String text) {
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) * MICROS_PER_TICK;
  }

  /** Returns what all processes of this machine have used so far, in microseconds. */
  public static double micros() {
    String[] fields = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
    long busy = 0;
    // user, nice, system, then (after idle and iowait) irq and softirq.
    for (int field : new int[] {1, 2, 3, 6, 7}) {
      busy += Long.parseLong(fields[field]);
    }
    return busy * MICROS_PER_TICK;
  }

  /** Returns how many files and sockets a process has open. */
  public static int files(long pid) {
    return entries(Path.of("/proc", Long.toString(pid), "fd")).length;
  }

  /** Returns how many threads a process has. */
  public static int threads(long pid) {
    return entries(Path.of("/proc", Long.toString(pid), "task")).length;
  }

  private static String[] entries(Path directory) {
    String[] names = directory.toFile().list();
    if (names == null) {
      throw new UncheckedIOException(new NoSuchFileException(directory.toString()));
    }
    return names;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
