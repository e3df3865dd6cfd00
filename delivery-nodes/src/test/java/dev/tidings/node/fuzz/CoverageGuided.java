package dev.tidings.node.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs Jazzer, which keeps those inputs that reach new code and changes them further: {@code mvn
 * -Pfuzz}. It begins with the corpus of the tests. Jazzer itself is on the class path of that
 * profile alone.
 */
final class CoverageGuided {
  private CoverageGuided() {}

  /**
   * Writes the corpus as Jazzer wants it, each input behind eight bytes of a seed, and runs Jazzer.
   *
   * @param args the target's class, the corpus, the directory that keeps what is found, the seconds
   */
  public static void main(String[] args) throws Exception {
    Path found = Path.of(args[2]);
    seed(Corpus.read(args[1]), found);
    Class.forName("com.code_intelligence.jazzer.Jazzer")
        .getMethod("main", String[].class)
        .invoke(
            null,
            (Object)
                new String[] {
                  "--target_class=" + args[0],
                  "--instrumentation_includes=dev.tidings.**:io.netty.handler.codec.mqtt.**",
                  "--custom_hook_includes=dev.tidings.**",
                  "-max_total_time=" + args[3],
                  "-max_len=4096",
                  "-artifact_prefix=" + found.getParent() + "/",
                  found.toString()
                });
  }

  private static void seed(Corpus corpus, Path directory) throws IOException {
    Files.createDirectories(directory);
    int number = 0;
    for (List<byte[]> units : corpus.inputs()) {
      int length = units.stream().mapToInt(unit -> unit.length).sum();
      ByteBuffer input = ByteBuffer.allocate(Long.BYTES + length).putLong(number);
      units.forEach(input::put);
      Files.write(directory.resolve("corpus-" + number++), input.array());
    }
  }
}
