package dev.tidings.infra.cli.doctor.bundle;

import dev.tidings.infra.cli.doctor.Subject;
import dev.tidings.infra.cli.doctor.host.LocalJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Packs what support needs.
 *
 * @param subject what is examined
 * @param version of this command
 * @param environment of this process
 * @param clock of this machine
 */
public record Bundle(
    Subject subject, String version, Map<String, String> environment, InstantSource clock) {

  /**
   * Writes the file, which is not to be there.
   *
   * @param findings what the doctor has found, in JSON
   */
  public void write(Path file, String findings) throws IOException, InterruptedException {
    Scrubber scrubber = new Scrubber(KnownSecrets.of(subject, environment));
    // Fails if there is such a file, which stays as it is.
    Archive archive = new Archive(file, scrubber);
    boolean done = false;
    try (archive) {
      fill(archive, findings);
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void fill(Archive archive, String findings) throws IOException, InterruptedException {
    archive.add("versions.txt", versions());
    archive.add("findings.jsonl", findings);
    archive.add("environment.txt", lines(tidingsVariables()));
    for (Map.Entry<String, Map<String, String>> service : subject.files().byName().entrySet()) {
      archive.add("settings/" + service.getKey() + ".txt", lines(service.getValue()));
    }
    archive.add("settings/clients.txt", lines(prefixed(subject.site().clients())));
    new KafkaFacts(subject.site()).addTo(archive);
    new ServicePages(subject.site().services()).addTo(archive);
    Logs.addTo(archive, subject.data().resolve("logs"));
    for (LocalJvm process : subject.processes()) {
      new JvmFacts(process).addTo(archive);
    }
  }

  private String versions() {
    return Stream.of(
            version,
            "at " + clock.instant(),
            "Java " + Runtime.version() + " in " + System.getProperty("java.home", ""),
            Stream.of("os.name", "os.version", "os.arch")
                .map(name -> System.getProperty(name, ""))
                .collect(Collectors.joining(" ")),
            "processors " + Runtime.getRuntime().availableProcessors())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private Map<String, String> tidingsVariables() {
    Map<String, String> variables = new TreeMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith("TIDINGS_") || List.of("JAVA_HOME", "LC_ALL", "LANG").contains(name)) {
        variables.put(name, value);
      }
    });
    return variables;
  }

  /** The names of Kafka's own settings, as a service's have them. */
  private static Map<String, String> prefixed(Map<String, String> clients) {
    Map<String, String> prefixed = new TreeMap<>();
    clients.forEach((name, value) ->
        prefixed.put(name.startsWith("schema.registry.") ? name : "kafka." + name, value));
    return prefixed;
  }

  private static String lines(Map<String, String> settings) {
    return SecretNames.masked(settings).entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
