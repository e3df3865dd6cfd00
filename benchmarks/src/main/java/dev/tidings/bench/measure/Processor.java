package dev.tidings.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What Linux's {@code /proc} says of processes, see proc(5). It counts time in hundredths of a
 * second.
 */
public final class Processor {
  private static final double MICROS_PER_TICK = 1e6 / 100;

  // Behind the name, which may contain anything: utime and stime are the fields 14 and 15 of all.
  private static final int USER = 11;
  private static final int SYSTEM = 12;

  private Processor() {}

  /** What a process has used so far, in microseconds, in user and in kernel mode. */
  public static double micros(long pid) {
    String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) * MICROS_PER_TICK;
  }

  /** What all processes of this machine have used so far, in microseconds. */
  public static double micros() {
    String[] fields = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
    long busy = 0;
    // user, nice, system, then (behind idle and iowait) irq and softirq.
    for (int field : new int[] {1, 2, 3, 6, 7}) {
      busy += Long.parseLong(fields[field]);
    }
    return busy * MICROS_PER_TICK;
  }

  /** How many files and sockets a process has open. */
  public static int files(long pid) {
    return entries(Path.of("/proc", Long.toString(pid), "fd"));
  }

  /** How many threads a process has. */
  public static int threads(long pid) {
    return entries(Path.of("/proc", Long.toString(pid), "task"));
  }

  private static int entries(Path directory) {
    String[] names = directory.toFile().list();
    if (names == null) {
      throw new UncheckedIOException(new NoSuchFileException(directory.toString()));
    }
    return names.length;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
