package dev.tidings.infra.aot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmTest {
  private static final List<String> SERIAL = List.of("-XX:+UseSerialGC");

  @TempDir Path directory;
  private Path jar;

  @BeforeEach
  void aJar() throws IOException {
    jar = Files.writeString(directory.resolve("a.jar"), "classes");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
  }

  @Test
  void the_same_jars_and_options_have_the_same_fingerprint() {
    assertThat(new Jvm(SERIAL, List.of(jar)).fingerprint())
        .isPresent()
        .isEqualTo(new Jvm(SERIAL, List.of(jar)).fingerprint());
  }

  @Test
  void a_jar_that_was_built_anew_has_another() throws IOException {
    var before = new Jvm(SERIAL, List.of(jar)).fingerprint();

    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH.plusSeconds(1)));

    assertThat(new Jvm(SERIAL, List.of(jar)).fingerprint()).isPresent().isNotEqualTo(before);
  }

  @Test
  void another_order_of_the_jars_or_one_that_is_missing_has_another() throws IOException {
    Path second = Files.writeString(directory.resolve("b.jar"), "more");

    assertThat(
            List.of(
                new Jvm(SERIAL, List.of(jar, second)).fingerprint(),
                new Jvm(SERIAL, List.of(second, jar)).fingerprint(),
                new Jvm(SERIAL, List.of(jar, directory.resolve("c.jar"))).fingerprint()))
        .doesNotHaveDuplicates();
  }

  @Test
  void another_garbage_collector_has_another_and_another_heap_has_not() {
    var serial = new Jvm(SERIAL, List.of(jar)).fingerprint();

    assertThat(new Jvm(List.of("-XX:+UseG1GC"), List.of(jar)).fingerprint()).isNotEqualTo(serial);
    assertThat(new Jvm(List.of("-XX:+UseSerialGC", "-Xmx1g", "-Da=b"), List.of(jar)).fingerprint())
        .isEqualTo(serial);
  }

  @Test
  void a_directory_on_the_class_path_has_none() {
    assertThat(new Jvm(SERIAL, List.of(jar, directory)).fingerprint()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xshare:off",
        "-XX:SharedArchiveFile=a.jsa",
        "-XX:AOTCache=a.aot",
        "-XX:AOTMode=off"
      })
  void whoever_sets_what_is_kept_of_classes_is_left_alone(String option) {
    assertThat(new Jvm(List.of(option), List.of(jar)).fingerprint()).isEmpty();
  }
}
