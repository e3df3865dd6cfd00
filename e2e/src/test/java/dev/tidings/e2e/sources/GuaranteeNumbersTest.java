package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each promise in docs/guarantees.md has a number, by which it can be cited. */
class GuaranteeNumbersTest {
  private static final Pattern GUARANTEE = Pattern.compile("(?m)^\\| G(\\d+) \\| \\*\\*");
  private static final Pattern CITED = Pattern.compile("\\bG(\\d+)\\b");

  @Test
  void every_guarantee_has_a_number_of_its_own() throws IOException {
    String text = Files.readString(Checkout.find().root().resolve("docs/guarantees.md"));
    List<String> numbers = groups(GUARANTEE, text);

    assertThat(numbers).hasSizeGreaterThan(50).doesNotHaveDuplicates();
    assertThat(numbers).as("cited").containsAll(groups(CITED, text));
    assertThat(promises(text)).as("rows with a promise").hasSameSizeAs(numbers);
  }

  /** Rows of the tables of promises, whether or not they are numbered. */
  private static List<String> promises(String text) {
    int end = text.indexOf("### End to end");
    return text.substring(0, end)
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| | promise"))
        .toList();
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }
}
