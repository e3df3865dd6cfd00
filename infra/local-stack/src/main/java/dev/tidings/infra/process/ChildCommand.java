package dev.tidings.infra.process;

import dev.tidings.infra.aot.AotCaches;
import dev.tidings.infra.aot.AotRun;
import dev.tidings.infra.aot.Jvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to run: a JVM with a main class of its own class path.
 *
 * @param name what people call it, and its log file's name
 * @param classPath its class path, jars and directories
 * @param mainClass its main class
 * @param jvmOptions options for the JVM, besides those every child gets
 * @param arguments arguments for the main class
 * @param log the file its output is appended to
 * @param environment variables it has besides those of this process
 * @param caches where it has what makes it start faster, if anywhere
 */
public record ChildCommand(
    String name,
    List<Path> classPath,
    String mainClass,
    List<String> jvmOptions,
    List<String> arguments,
    Path log,
    Map<String, String> environment,
    Optional<Cached> caches) {

  private static final List<String> EVERY_JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          // Some programs write numbers in the user's digits, or change case in the user's
          // language.
          "-Duser.language=en",
          "-Duser.country=US",
          // Half of a program without memory is worse than none: who started it can start it anew.
          "-XX:+ExitOnOutOfMemoryError",
          // A tenth less for each connected device (JEP 519).
          "-XX:+UseCompactObjectHeaders");

  /** Options of a JVM that is to start fast and stay small, rather than to be fast for long. */
  public static final List<String> QUICK_START =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          // Most of what a start calls it calls a few hundred times, and then never again.
          "-XX:CompileThresholdScaling=5",
          // Classes kept by an earlier run stay where they were: no pointer to be adjusted.
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0");

  /** Options of a JVM that is to be fast for long, after a minute or two; others run beside it. */
  public static final List<String> LONG_RUN = List.of("-XX:+UseSerialGC");

  public ChildCommand {
    classPath = List.copyOf(classPath);
    jvmOptions = List.copyOf(jvmOptions);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** Without any cache. */
  public ChildCommand(
      String name,
      List<Path> classPath,
      String mainClass,
      List<String> jvmOptions,
      List<String> arguments,
      Path log) {
    this(name, classPath, mainClass, jvmOptions, arguments, log, Map.of(), Optional.empty());
  }

  /**
   * Where a command's caches are.
   *
   * @param caches all there are
   * @param kind what all are called that run the same program
   */
  public record Cached(AotCaches caches, String kind) {}

  /** The same, with temporary files in a directory of its own. */
  public ChildCommand withTemporaryFilesIn(Path directory) {
    var options = new ArrayList<String>();
    options.add("-Djava.io.tmpdir=" + directory);
    options.addAll(jvmOptions);
    return new ChildCommand(
        name, classPath, mainClass, options, arguments, log, environment, caches);
  }

  /** The same, with more variables. */
  public ChildCommand withEnvironment(Map<String, String> more) {
    var all = new HashMap<>(environment);
    all.putAll(more);
    return new ChildCommand(name, classPath, mainClass, jvmOptions, arguments, log, all, caches);
  }

  /** The same, faster by what others of its kind have loaded before. */
  public ChildCommand with(AotCaches caches, String kind) {
    return new ChildCommand(
        name,
        classPath,
        mainClass,
        jvmOptions,
        arguments,
        log,
        environment,
        Optional.of(new Cached(caches, kind)));
  }

  /** Settles what its next run has to do with caches. */
  AotRun beginRun() {
    return caches.map(own -> own.caches().begin(own.kind(), jvm())).orElse(new AotRun.Plain());
  }

  private Jvm jvm() {
    return new Jvm(
        Stream.concat(EVERY_JVM.stream(), jvmOptions.stream()).toList(),
        ClassPath.withTether(classPath));
  }

  /** The command line, with {@link Tether} in front of the main class. */
  List<String> line(AotRun aot) {
    Jvm jvm = jvm();
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(aot.options());
    caches.ifPresent(own -> line.addAll(own.caches().libraries(classPath)));
    line.addAll(jvm.options());
    line.add("-cp");
    line.add(jvm.joinedClassPath());
    line.add(Tether.class.getName());
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }
}
