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
 * A command to run: a JVM with a class path and a main class.
 *
 * @param name its name, for people and for its log file
 * @param classPath its class path, jars and directories
 * @param mainClass its main class
 * @param jvmOptions options of the JVM, besides those of every child
 * @param arguments arguments for the main class
 * @param log the file its output is appended to
 * @param environment environment variables, besides those of this process
 * @param caches its caches for a faster start, if it has any
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
          // A process out of memory must end: its parent can start it again.
          "-XX:+ExitOnOutOfMemoryError",
          // A tenth less memory for each connected device (JEP 519).
          "-XX:+UseCompactObjectHeaders");

  /** Options of a JVM that should start fast and stay small. */
  public static final List<String> QUICK_START =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          // Most methods of a start are called a few hundred times, and then never again.
          "-XX:CompileThresholdScaling=5",
          // Cached classes are mapped at their original address: no pointer has to be adjusted.
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0");

  /** Options of a JVM that should be fast after a minute or two, beside others. */
  public static final List<String> LONG_RUN = List.of("-XX:+UseSerialGC");

  public ChildCommand {
    classPath = List.copyOf(classPath);
    jvmOptions = List.copyOf(jvmOptions);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** Creates a command without a cache. */
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
   * The caches of a command.
   *
   * @param caches all caches
   * @param kind the common name of all commands that run the same program
   */
  public record Cached(AotCaches caches, String kind) {}

  /** Returns the same command with its own directory for temporary files. */
  public ChildCommand withTemporaryFilesIn(Path directory) {
    var options = new ArrayList<String>();
    options.add("-Djava.io.tmpdir=" + directory);
    options.addAll(jvmOptions);
    return new ChildCommand(
        name, classPath, mainClass, options, arguments, log, environment, caches);
  }

  /** Returns the same command with more environment variables. */
  public ChildCommand withEnvironment(Map<String, String> more) {
    var all = new HashMap<>(environment);
    all.putAll(more);
    return new ChildCommand(name, classPath, mainClass, jvmOptions, arguments, log, all, caches);
  }

  /** Returns the same command with the caches of a kind. */
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

  /** Decides how its next run uses caches. */
  AotRun beginRun() {
    return caches.map(own -> own.caches().begin(own.kind(), jvm())).orElse(new AotRun.Plain());
  }

  private Jvm jvm() {
    return new Jvm(
        Stream.concat(EVERY_JVM.stream(), jvmOptions.stream()).toList(),
        ClassPath.withTether(classPath));
  }

  /** Returns the command line, with {@link Tether} before the main class. */
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
