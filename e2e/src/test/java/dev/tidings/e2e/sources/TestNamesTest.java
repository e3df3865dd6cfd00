package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of tests are sentences, written in one way. */
class TestNamesTest {
  private static final Pattern TEST =
      Pattern.compile(
          "@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate)\\b.*?"
              // A declaration begins its line; what an annotation is given never ends in "name(".
              + "\\n"
              + " +(?:(?:public|protected|private|static|final) )*(?:<[\\w ,.?<>]+>"
              + " )?(?:void|[A-Z][\\w<>?, ]*) (\\w+)\\(",
          Pattern.DOTALL);

  private static final Pattern SENTENCE = Pattern.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)+");

  @Test
  void every_test_has_a_sentence_in_snake_case_for_its_name() {
    List<Text> sources =
        Text.named(".java").stream().filter(each -> each.path().contains("/src/test/")).toList();
    assertThat(sources.stream().flatMap(TestNamesTest::tests)).hasSizeGreaterThan(1_000);

    assertThat(sources.stream().flatMap(source -> otherNames(source).stream())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aTestInCamelCase", "Upper_case", "word", "half_and_halfCamel", "a__b"})
  void another_name_is_told_with_its_place(String name) {
    Text source =
        new Text(
            "a/ATest.java",
            """
            class ATest {
              %1$sTest
              void a_sentence() {}

              %1$sParameterizedTest(name = "{0} (x)")
              %1$sValueSource(strings = {"a", "b(c"})
              %1$sTag("slow")
              <V extends Comparable<V>> void %2$s(V x) throws Exception {}
            }
            """
                .formatted("@", name));

    assertThat(otherNames(source))
        .containsExactly("a/ATest.java:8: " + name + " (expected: a_sentence_in_snake_case)");
  }

  private static Stream<MatchResult> tests(Text source) {
    return TEST.matcher(source.content()).results();
  }

  private static List<String> otherNames(Text source) {
    List<String> others = new ArrayList<>();
    Matcher test = TEST.matcher(source.content());
    while (test.find()) {
      String name = test.group(1);
      if (!SENTENCE.matcher(name).matches()) {
        others.add(
            source.at(test.start(1)) + ": " + name + " (expected: a_sentence_in_snake_case)");
      }
    }
    return others;
  }
}
