package dev.tidings.infra.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What to run: a JVM with a main class of its own class path.
 *
 * @param name what people call it, and its log file's name
 * @param classPath its class path, jars and directories
 * @param mainClass its main class
 * @param jvmOptions options for the JVM, besides those every child gets
 * @param arguments arguments for the main class
 * @param log the file its output is appended to
 */
public record ChildCommand(
    String name,
    List<Path> classPath,
    String mainClass,
    List<String> jvmOptions,
    List<String> arguments,
    Path log) {

  private static final List<String> EVERY_JVM =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  /** Options of a JVM that is to start fast and stay small, rather than to be fast for long. */
  public static final List<String> QUICK_START =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  public ChildCommand {
    classPath = List.copyOf(classPath);
    jvmOptions = List.copyOf(jvmOptions);
    arguments = List.copyOf(arguments);
  }

  /** The command line, with {@link Tether} in front of the main class. */
  List<String> line() {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(EVERY_JVM);
    line.addAll(jvmOptions);
    line.add("-cp");
    line.add(ClassPath.withTether(classPath));
    line.add(Tether.class.getName());
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }
}
