package dev.tidings.infra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completions and man pages, tried in the shells and with the programs that read them. */
class ShellsTest {
  private static final int PATIENCE_SECONDS = 60;

  @TempDir Path directory;

  /** A JVM and a Maven on the PATH that only leave a trace: completing starts neither. */
  @BeforeEach
  void notice_what_is_started() throws IOException {
    for (String program : List.of("java", "mvn", "tidings")) {
      Path file = directory.resolve("bin").resolve(program);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "#!/bin/sh\ntouch '" + directory + "/started'\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
  }

  @Test
  void bash_completes_commands_options_and_values_and_starts_nothing() throws Exception {
    Path script = script("bash");
    String ask =
        """
        source '%s'
        ask() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=(); _complete_tidings 2>/dev/null; echo "${COMPREPLY[@]}"; }
        ask ./tidings doc
        ask ./tidings admin ap
        ask ./tidings send --ti
        ask ./tidings completion f
        ask ./tidings delivery-node --conf
        """
            .formatted(script);

    assertThat(run("bash", "--norc", "-c", ask).lines().map(String::strip))
        .containsExactly("doctor", "app api-key", "--title", "fish", "--config");
    assertThat(directory.resolve("started")).doesNotExist();
  }

  @Test
  @Tag("zsh")
  void zsh_completes_what_is_typed_at_its_prompt_and_starts_nothing() throws Exception {
    Path script = script("zsh");
    String ask =
        """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1= ; autoload -Uz compinit && compinit -u -d '%2$s/dump'; source '%1$s'; echo READ''Y"
        zpty -r -m shell out '*READY*'
        zpty -n -w shell "echo GOT tidings doct"$'\\t'
        zpty -n -w shell $'\\x15'"tidings doct"$'\\t'
        zpty -r -m shell out '*doctor*'
        print -r -- "$out"
        zpty -n -w shell $'\\x15'"tidings admin adminis"$'\\t'
        zpty -r -m shell out '*administrator*'
        print -r -- "$out"
        zpty -d shell
        """
            .formatted(script, directory);

    assertThat(run("zsh", "-f", "-c", ask)).contains("doctor").contains("administrator");
    assertThat(directory.resolve("started")).doesNotExist();
  }

  @Test
  @Tag("fish")
  void fish_completes_commands_options_and_values_and_starts_nothing() throws Exception {
    Path script = script("fish");
    String ask =
        """
        source '%s'
        complete -C './tidings doc'
        complete -C 'tidings admin team cr'
        complete -C 'tidings send --ti'
        complete -C 'tidings completion ba'
        complete -C 'tidings bench endu'
        """
            .formatted(script);

    assertThat(run("fish", "--no-config", "-c", ask).lines().map(line -> line.split("\t", -1)[0]))
        .containsExactly("doctor", "create", "--title", "bash", "endure");
    assertThat(directory.resolve("started")).doesNotExist();
  }

  @Test
  @Tag("man")
  void man_finds_nothing_wrong_with_any_page() throws Exception {
    Path pages = directory.resolve("man1");
    assertThat(tidings("man", pages.toString())).contains(" pages in ");

    List<Path> files;
    try (var found = Files.list(pages)) {
      files = found.sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(55);
    for (Path page : files) {
      assertThat(run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page.toString()))
          .as(page.toString())
          .doesNotContain("warning", "error");
    }
    assertThat(run("man", "-P", "cat", "-l", pages.resolve("tidings-admin-app-add.1").toString()))
        .contains("tidings-admin-app-add - Adds an app to a team", "EXIT STATUS", "--team");
  }

  @Test
  @Tag("mandoc")
  void mandoc_finds_nothing_wrong_with_any_page() throws Exception {
    Path pages = directory.resolve("man1");
    tidings("man", pages.toString());

    assertThat(run("bash", "-c", "mandoc -Tlint -W warning '" + pages + "'/*.1")).isEmpty();
  }

  private Path script(String shell) throws IOException {
    return Files.writeString(directory.resolve("tidings." + shell), tidings("completion", shell));
  }

  private static String tidings(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tidings.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute(arguments);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }

  /** Returns what a program prints, errors too. */
  private String run(String... command) throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("PATH", directory.resolve("bin") + ":" + environment.get("PATH"));
    environment.put("HOME", directory.toString());
    environment.put("MANWIDTH", "100");
    environment.put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return Files.readString(output, UTF_8);
  }
}
