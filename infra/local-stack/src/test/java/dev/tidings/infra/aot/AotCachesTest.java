package dev.tidings.infra.aot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCachesTest {
  private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx32m");

  @TempDir Path directory;
  private AotCaches making;
  private Jvm jvm;

  @BeforeEach
  void aProgram() throws IOException {
    making = new AotCaches(directory.resolve("caches"), true);
    jvm = new Jvm(OPTIONS, List.of(jar(Program.class)));
  }

  @Test
  void a_cache_is_made_by_one_run_and_used_by_those_behind_it() throws Exception {
    AotRun first = making.begin("program", jvm);
    assertThat(first).isInstanceOf(AotRun.Making.class);
    assertThat(run(first)).isEqualTo("hello");
    first.ended(true);

    AotRun second = making.begin("program", jvm);
    assertThat(second).isInstanceOf(AotRun.Using.class);
    assertThat(second.options()).anyMatch(option -> option.startsWith("-XX:AOTCache="));
    // "on": a JVM that does not take it would not start.
    assertThat(run(second, "-XX:AOTMode=on")).isEqualTo("hello");
    assertThat(new AotCaches(making.directory(), false).begin("program", jvm))
        .isInstanceOf(AotRun.Using.class);
    assertThat(files()).containsExactly("lock", "aot");
  }

  @Test
  void of_two_runs_at_a_time_one_makes_the_cache() {
    AotRun first = making.begin("program", jvm);

    assertThat(making.begin("program", jvm)).isInstanceOf(AotRun.Plain.class);
    assertThat(making.begin("other", jvm)).isInstanceOf(AotRun.Making.class);
    first.ended(true);
    assertThat(making.begin("program", jvm)).isInstanceOf(AotRun.Making.class);
  }

  @Test
  void half_a_cache_is_thrown_away() throws IOException {
    AotRun.Making killed = (AotRun.Making) making.begin("program", jvm);
    Files.writeString(killed.cacheBuild().file(), "the beginning of a cache");

    killed.ended(true);

    assertThat(files()).containsExactly("lock");
    assertThat(making.begin("program", jvm)).isInstanceOf(AotRun.Making.class);
  }

  @Test
  void what_one_left_behind_that_was_killed_with_its_parent_is_cleared_away() throws IOException {
    Path left = Files.createDirectories(making.directory().resolve("program-1.draft"));
    Files.writeString(left.resolve("cache"), "half");
    Files.writeString(left.resolve("cache.config"), "half");

    assertThat(making.begin("program", jvm)).isInstanceOf(AotRun.Making.class);

    assertThat(left).doesNotExist();
  }

  @Test
  void one_that_fails_or_is_told_to_keep_nothing_leaves_no_cache() throws Exception {
    AotRun failed = making.begin("program", jvm);
    assertThat(run(failed)).isEqualTo("hello");
    failed.ended(false);
    assertThat(files()).containsExactly("lock");

    AotRun cancelled = making.begin("program", jvm);
    cancelled.cancel();
    assertThat(run(cancelled)).isEqualTo("hello");
    cancelled.ended(true);
    assertThat(files()).containsExactly("lock");
  }

  @Test
  void no_cache_is_made_unless_that_is_asked_for() {
    AotRun run = new AotCaches(making.directory(), false).begin("program", jvm);

    assertThat(run).isInstanceOf(AotRun.Plain.class);
    assertThat(run.options()).isEmpty();
    assertThat(making.directory()).doesNotExist();
  }

  /** Says hello. */
  public static final class Program {
    public static void main(String[] args) {
      System.out.println("hello");
    }
  }

  private String run(AotRun run, String... more) throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of(Jvm.program().toString()));
    line.addAll(run.options());
    line.addAll(jvm.options());
    line.addAll(List.of(more));
    line.addAll(List.of("-cp", jvm.joinedClassPath(), Program.class.getName()));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return said.lines().findFirst().orElse("");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(making.directory())) {
      return files
          .map(file -> file.toString().replaceAll(".*\\.", ""))
          .sorted(java.util.Comparator.reverseOrder())
          .toList();
    }
  }

  private Path jar(Class<?> program) throws IOException {
    String name = program.getName().replace('.', '/') + ".class";
    Path jar = directory.resolve("program.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        var out = new JarOutputStream(file);
        var classFile = program.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      classFile.transferTo(out);
    }
    return jar;
  }
}
