package dev.tidings.infra.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the script {@code tidings} in a separate checkout, with a JDK and a Maven that only print
 * their arguments.
 */
class LauncherTest {
  private static final List<String> MODULES = List.of("schemas", "service", "infra/cli");

  private static final List<String> PARTS = List.of("jdk.sh", "build.sh", "run.sh", "test.sh");

  @TempDir Path directory;
  private final Map<String, String> environment = new TreeMap<>();
  private Path checkout;

  @BeforeEach
  void setUp() throws IOException {
    checkout = makeCheckout("checkout");
    Path jdk = directory.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    script(
        jdk.resolve("bin/java"),
        "case \" $* \" in *' -XX:NoSuchOption '*) echo 'Unrecognized VM option NoSuchOption' >&2;"
            + " exit 1 ;; esac",
        "printf 'locale %s\\n' \"$LC_ALL\"",
        "printf 'argument %s\\n' \"$@\"");
    script(jdk.resolve("bin/javac"), "exit 0");
    script(
        directory.resolve("bin/mvn"),
        "echo built >> '" + directory.resolve("builds") + "'",
        "mkdir -p target/lib infra/cli/target",
        ": > target/lib/a.jar",
        "[[ -e infra/cli/target/infra-cli-1.jar ]] || : > infra/cli/target/infra-cli-1.jar",
        "printf target/lib/a.jar > infra/cli/target/classpath");
    environment.put("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
    environment.put("JAVA_HOME", jdk.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"with blanks", "Дом и сад", "it's; $HOME & (more)"})
  void a_checkout_may_be_anywhere(String name) throws Exception {
    checkout = makeCheckout(name);

    Result result = run("trace", "x");

    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output())
        .contains(checkout + "/infra/cli/target/infra-cli-1.jar:" + checkout + "/target/lib/a.jar");
  }

  @Test
  void a_checkout_in_a_path_that_no_class_path_can_name_is_refused_in_words() throws Exception {
    checkout = makeCheckout("a:b");

    Result result = run("trace", "x");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.output()).contains("expected: a path without a colon");
  }

  @Test
  void neither_home_nor_cdpath_nor_the_locale_matters() throws Exception {
    environment.put("CDPATH", directory.toString());
    environment.put("LC_ALL", "C");

    Result result = run("send", "--title", "Привет 新闻");

    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("locale C.UTF-8", "argument Привет 新闻");
  }

  @Test
  void a_checkout_that_was_moved_after_its_build_is_started_where_it_is() throws Exception {
    run("trace", "x");
    Path moved = directory.resolve("moved");
    Files.move(checkout, moved);
    checkout = moved;

    assertThat(run("trace", "x").output()).contains(moved + "/target/lib/a.jar");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void a_library_that_has_gone_is_built_again() throws Exception {
    run("trace", "x");
    Files.delete(checkout.resolve("target/lib/a.jar"));

    assertThat(run("trace", "x").exitCode()).isZero();
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void a_lock_is_taken_over_from_a_process_that_has_ended() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Files.createDirectories(checkout.resolve("target/launcher"));
    Files.createSymbolicLink(
        checkout.resolve("target/launcher/lock"), Path.of(Long.toString(ended.pid())));

    assertThat(run("trace", "x").exitCode()).isZero();
    assertThat(checkout.resolve("target/launcher/lock")).doesNotExist();
  }

  @Test
  void a_lock_directory_without_an_owner_keeps_nobody_waiting() throws Exception {
    Files.createDirectories(checkout.resolve("target/launcher/lock"));

    assertThat(run("trace", "x").exitCode()).isZero();
  }

  @Test
  void options_that_the_jvm_refuses_are_named() throws Exception {
    environment.put("TIDINGS_JAVA_OPTS", "-XX:NoSuchOption");

    Result result = run("trace", "x");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.output()).contains("TIDINGS_JAVA_OPTS: -XX:NoSuchOption", "Unrecognized");
  }

  @Test
  void options_about_caches_replace_those_of_the_launcher() throws Exception {
    environment.put("TIDINGS_JAVA_OPTS", "-XX:AOTMode=off");

    assertThat(run("send", "x").output())
        .contains("argument -XX:AOTMode=off")
        .doesNotContain("SharedArchive");
  }

  private Path makeCheckout(String name) throws IOException {
    Path made = Files.createDirectories(directory.resolve(name));
    Path script = made.resolve("tidings");
    Files.copy(realCheckout().resolve("tidings"), script);
    executable(script);
    Path parts = Files.createDirectories(made.resolve("infra/launcher"));
    for (String part : PARTS) {
      Files.copy(realCheckout().resolve("infra/launcher").resolve(part), parts.resolve(part));
    }
    Files.writeString(made.resolve("pom.xml"), "");
    Files.createDirectories(made.resolve(".mvn"));
    for (String module : MODULES) {
      Files.createDirectories(made.resolve(module).resolve("src/main"));
      Files.writeString(made.resolve(module).resolve("pom.xml"), "");
    }
    return made;
  }

  private static Path realCheckout() {
    return Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
        .filter(path -> Files.exists(path.resolve("tidings")))
        .findFirst()
        .orElseThrow();
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
    executable(file);
  }

  private static void executable(Path file) {
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private long builds() throws IOException {
    return Files.readAllLines(directory.resolve("builds")).size();
  }

  private record Result(int exitCode, String output) {}

  private Result run(String... arguments) throws Exception {
    List<String> line = new ArrayList<>();
    // A JVM in the C locale could pass on neither a path nor an argument beyond ASCII.
    line.addAll(List.of("/bin/sh", directory.resolve("run").toString()));
    StringBuilder call = new StringBuilder("exec '" + quoted(checkout.resolve("tidings")) + "'");
    for (String argument : arguments) {
      call.append(" '").append(argument).append('\'');
    }
    Files.writeString(directory.resolve("run"), call + "\n");
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), output);
  }

  private static String quoted(Path path) {
    return path.toString().replace("'", "'\\''");
  }
}
