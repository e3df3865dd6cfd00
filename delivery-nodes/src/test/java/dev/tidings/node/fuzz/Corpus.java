package dev.tidings.node.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of inputs, one a line: units in hexadecimal, spaces between their bytes or not, bars
 * between them, and behind a {@code #} what it is about.
 */
public record Corpus(List<List<byte[]>> inputs) {

  private static final Pattern BAR = Pattern.compile("\\|");

  public static Corpus read(String resource) {
    try (InputStream in = Corpus.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("corpus: " + resource + " (expected: a resource)");
      }
      List<List<byte[]>> inputs = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        String hex = line.replaceFirst("#.*", "").replace(" ", "");
        if (!hex.isEmpty()) {
          inputs.add(BAR.splitAsStream(hex).map(HexFormat.of()::parseHex).toList());
        }
      }
      return new Corpus(inputs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
