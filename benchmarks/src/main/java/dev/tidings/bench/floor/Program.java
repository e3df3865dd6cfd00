package dev.tidings.bench.floor;

import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.ServiceProcess;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Starts a program of this module as a separate process. */
public final class Program {
  /** Otherwise Logback would write all of Kafka's log, which takes longer than its work. */
  private static final String QUIET = "-Dlogback.configurationFile=cli-logback.xml";

  private Program() {}

  /** Starts it with the class path of this process. */
  public static ServiceProcess start(
      Class<?> main, String name, List<String> jvmOptions, List<String> arguments, Path log) {
    List<Path> classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .toList();
    var options = new ArrayList<>(jvmOptions);
    options.add(QUIET);
    return ServiceProcess.start(
        new ChildCommand(name, classPath, main.getName(), options, arguments, log));
  }
}
