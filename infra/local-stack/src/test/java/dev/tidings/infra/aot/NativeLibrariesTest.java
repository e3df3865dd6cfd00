package dev.tidings.infra.aot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.util.Environment;

class NativeLibrariesTest {
  private static final String LIBRARY = Environment.getJniLibraryFileName("rocksdb");

  @TempDir Path directory;

  private Path jar(String name, String entry) throws IOException {
    Path jar = directory.resolve(name);
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(entry));
      out.write(new byte[] {1, 2, 3});
    }
    return jar;
  }

  private Path kept() {
    return directory.resolve("kept");
  }

  private List<String> options(boolean making, Path... classPath) {
    return new NativeLibraries(kept(), making).options(List.of(classPath));
  }

  private static Path place(List<String> options) {
    assertThat(options).singleElement().asString().startsWith("-Djava.library.path=");
    return Path.of(options.getFirst().split("=", 2)[1].split(":", 2)[0]);
  }

  @Test
  void what_one_run_unpacks_those_behind_it_find() throws IOException {
    Path other = jar("other-1.jar", LIBRARY);
    Path jar = jar("rocksdbjni-1.jar", LIBRARY);

    Path library = place(options(true, other, jar)).resolve(LIBRARY);
    assertThat(library).hasBinaryContent(new byte[] {1, 2, 3});

    FileTime written = FileTime.fromMillis(0);
    Files.setLastModifiedTime(library, written);
    assertThat(place(options(false, jar)).resolve(LIBRARY)).isEqualTo(library);
    assertThat(place(options(true, jar)).resolve(LIBRARY)).isEqualTo(library);
    assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);
    try (Stream<Path> files = Files.list(kept())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void another_version_is_another_library() throws IOException {
    Path first = place(options(true, jar("rocksdbjni-1.jar", LIBRARY)));
    Path second = place(options(true, jar("rocksdbjni-2.jar", LIBRARY)));

    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void where_there_is_nothing_to_unpack_the_jvm_is_left_alone() throws IOException {
    assertThat(options(true)).isEmpty();
    assertThat(options(true, jar("other-1.jar", LIBRARY))).isEmpty();
    assertThat(options(true, directory.resolve("rocksdbjni-missing.jar"))).isEmpty();
    assertThat(options(true, jar("rocksdbjni-3.jar", "librocksdbjni-of-no-machine.so"))).isEmpty();
    assertThat(options(false, jar("rocksdbjni-1.jar", LIBRARY))).isEmpty();
  }
}
