package dev.tidings.infra.stack;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The broker's process: formats its storage if there is none, then runs {@code kafka.Kafka}. One
 * JVM for both saves a second at the first start.
 *
 * <p>Arguments: the configuration file, the directory of the log, the cluster id. Runs on the
 * broker's class path, so it refers to Kafka only by name.
 */
public final class BrokerMain {
  private BrokerMain() {}

  public static void main(String[] args) throws ReflectiveOperationException {
    String config = args[0];
    if (!Files.exists(Path.of(args[1], "meta.properties"))) {
      format(config, args[2]);
    }
    Class.forName("kafka.Kafka")
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[] {config});
  }

  private static void format(String config, String clusterId) throws ReflectiveOperationException {
    Method execute =
        Class.forName("kafka.tools.StorageTool")
            .getMethod("execute", String[].class, PrintStream.class);
    String[] arguments = {"format", "--config", config, "--cluster-id", clusterId};
    int exitCode = (int) execute.invoke(null, arguments, System.out);
    if (exitCode != 0) {
      throw new IllegalStateException("storage format: exit code " + exitCode + " (expected: 0)");
    }
  }
}
