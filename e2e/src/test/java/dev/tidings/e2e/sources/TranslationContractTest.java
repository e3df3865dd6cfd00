package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README in Chinese has what the English one has. */
class TranslationContractTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern CODE = Pattern.compile("`[^`\\n]+`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ ");

  private static final Map<String, String> PAGES =
      Text.named("README.md", "README.zh.md").stream()
          .collect(Collectors.toMap(Text::path, Text::content));
  private static final String ENGLISH = PAGES.getOrDefault("README.md", "");
  private static final String CHINESE = PAGES.getOrDefault("README.zh.md", "");

  @Test
  void its_commands_code_and_samples_are_the_same() {
    assertThat(all(BLOCK, CHINESE, MatchResult::group))
        .isNotEmpty()
        .isEqualTo(all(BLOCK, ENGLISH, MatchResult::group));
  }

  @Test
  void it_names_the_same_commands_settings_and_classes_in_its_text() {
    assertThat(all(CODE, prose(CHINESE), MatchResult::group))
        .containsExactlyInAnyOrderElementsOf(all(CODE, prose(ENGLISH), MatchResult::group));
  }

  @Test
  void it_has_the_same_headings_and_links_but_those_to_each_other() {
    assertThat(all(HEADING, CHINESE, MatchResult::group))
        .isEqualTo(all(HEADING, ENGLISH, MatchResult::group));
    List<String> links = all(LINK, ENGLISH, link -> link.group(1));
    assertThat(links).contains("README.zh.md");
    links.remove("README.zh.md");
    links.add("README.md");
    assertThat(all(LINK, CHINESE, link -> link.group(1)))
        .containsExactlyInAnyOrderElementsOf(links);
  }

  private static String prose(String page) {
    return BLOCK.matcher(page).replaceAll("");
  }

  private static List<String> all(
      Pattern pattern, String page, Function<MatchResult, String> what) {
    return pattern
        .matcher(page)
        .results()
        .map(what)
        .collect(Collectors.toCollection(java.util.ArrayList::new));
  }
}
