package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Each promise in docs/guarantees.md has a number, by which the classes of the tests that show it
 * cite it.
 */
class GuaranteeNumbersTest {
  private static final Pattern GUARANTEE =
      Pattern.compile("(?m)^\\| G(\\d+) \\| \\*\\*.* \\| (.*) \\|$");
  private static final Pattern CITED = Pattern.compile("\\bG(\\d+)\\b");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)");

  @Test
  void every_guarantee_has_a_number_of_its_own() throws IOException {
    String text = text();
    List<String> numbers = groups(GUARANTEE, text);

    assertThat(numbers).hasSizeGreaterThan(50).doesNotHaveDuplicates();
    assertThat(numbers).as("cited").containsAll(groups(CITED, text));
    assertThat(promises(text)).as("rows with a promise").hasSameSizeAs(numbers);
  }

  /** The page names the tests of each promise, and these name the promise: both say the same. */
  @Test
  void every_guarantee_is_cited_by_the_tests_that_show_it_and_by_no_others() throws IOException {
    Map<String, String> tests =
        Text.named(".java").stream()
            .filter(file -> file.path().contains("/src/test/"))
            .collect(
                Collectors.toMap(
                    file -> file.fileName().replace(".java", ""), Text::content, String::concat));
    Map<String, Set<String>> shown = new TreeMap<>();
    GUARANTEE
        .matcher(text())
        .results()
        .forEach(row -> {
          Set<String> showing = new TreeSet<>(groups(NAMED, row.group(2)));
          showing.retainAll(tests.keySet());
          shown.put("G" + row.group(1), showing);
        });
    Map<String, Set<String>> cited = new TreeMap<>();
    tests.forEach((name, content) -> {
      for (String number : groups(CITED, content)) {
        cited.computeIfAbsent("G" + number, any -> new TreeSet<>()).add(name);
      }
    });

    assertThat(shown)
        .allSatisfy((guarantee, classes) -> {
          assertThat(classes).as(guarantee).isNotEmpty();
        });
    assertThat(cited).containsExactlyInAnyOrderEntriesOf(shown);
  }

  private static String text() throws IOException {
    return Files.readString(Checkout.find().root().resolve("docs/guarantees.md"));
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
