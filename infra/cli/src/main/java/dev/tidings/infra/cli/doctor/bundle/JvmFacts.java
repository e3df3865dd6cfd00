package dev.tidings.infra.cli.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.infra.cli.doctor.host.LocalJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The options of a service's JVM, and what its threads do.
 *
 * @param process which
 */
record JvmFacts(LocalJvm process) {
  private static final int PATIENCE_SECONDS = 20;
  private static final Pattern NAMED = Pattern.compile("(?:-D)?([\\w.-]+)=.*", Pattern.DOTALL);

  void addTo(Archive archive) throws IOException, InterruptedException {
    String name = process.service().command() + "-" + process.pid();
    archive.add(
        "jvm/" + name + ".txt",
        process.arguments().stream()
                .map(JvmFacts::masked)
                .collect(Collectors.joining("\n", "", "\n\n"))
            + ask("VM.flags"));
    archive.add("threads/" + name + ".txt", ask("Thread.print"));
  }

  private static String masked(String argument) {
    Matcher named = NAMED.matcher(argument);
    return named.matches() && SecretNames.isSecret(named.group(1))
        ? named.group(1) + "=" + SecretNames.HIDDEN
        : argument;
  }

  /** Asks the JVM, which answers its own user alone. */
  private String ask(String question) throws IOException, InterruptedException {
    Path answer = Files.createTempFile("tidings-jcmd", ".txt");
    try {
      Process jcmd =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                      Long.toString(process.pid()),
                      question))
              .redirectErrorStream(true)
              .redirectOutput(answer.toFile())
              .start();
      if (!jcmd.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        jcmd.destroyForcibly().waitFor();
        return "no answer to " + question + " within " + PATIENCE_SECONDS + " s\n";
      }
      return new String(Files.readAllBytes(answer), UTF_8);
    } finally {
      Files.deleteIfExists(answer);
    }
  }
}
