package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/architecture.md shows the modules and the packages as they are: what a module depends on is
 * in its pom.xml, what a package does in its package-info.java.
 */
class ModulesContractTest {
  private static final Path ROOT = Checkout.find().root();
  private static final String SOURCES = "/src/main/java/dev/tidings/";

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("(?m)^  <artifactId>([^<]+)</artifactId>$");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>(?:dev\\.tidings|\\$\\{project\\.groupId})</groupId>\\s*"
              + "<artifactId>([^<]+)</artifactId>(.*?)</dependency>",
          Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern MODULE_ROW =
      Pattern.compile("(?m)^\\| (`[a-z].*?) \\| .* \\| ([^|]+) \\|$");
  private static final Pattern PACKAGE_ROW = Pattern.compile("(?m)^\\| `([a-z0-9.]+)` \\| .* \\|$");
  private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("\\{@code ([^}]+)}");
  private static final Pattern LINK = Pattern.compile("\\{@link (?:[a-z0-9]+\\.)*([^}]+)}");

  private static final Text PAGE =
      Text.named("architecture.md").stream()
          .filter(page -> page.path().equals("docs/architecture.md"))
          .findAny()
          .orElseThrow();

  /** Tests of all of them: it depends on what it tests. */
  private static final String END_TO_END = "e2e";

  @Test
  void every_module_is_listed_with_those_of_ours_that_it_depends_on() throws IOException {
    Map<String, Set<String>> listed = new TreeMap<>();
    MODULE_ROW
        .matcher(section("## Modules"))
        .results()
        .forEach(
            row -> names(row.group(1)).forEach(module -> listed.put(module, names(row.group(2)))));

    Map<String, Set<String>> expected = new TreeMap<>();
    List<String> modules = modules();
    Map<String, String> byArtifact =
        modules.stream().collect(Collectors.toMap(ModulesContractTest::artifact, each -> each));
    for (String module : modules) {
      Set<String> known = new TreeSet<>();
      dependencies(module).forEach(artifact -> known.add(byArtifact.get(artifact)));
      expected.put(module, module.equals(END_TO_END) ? Set.of() : known);
    }
    assertThat(listed).containsAllEntriesOf(expected);
    assertThat(listed.keySet()).allMatch(module -> Files.exists(ROOT.resolve(module + "/pom.xml")));
  }

  @Test
  void every_module_but_those_for_tests_and_measurements_is_in_the_picture() throws IOException {
    String picture = section("## Modules").split("```", 3)[1];

    assertThat(modules())
        .filteredOn(module -> !Set.of(END_TO_END, "benchmarks").contains(module))
        .allSatisfy(module -> {
          assertThat(picture).contains(module.startsWith("infra/") ? "infra" : module);
        });
  }

  /** The message has the row of the table as it has to be. */
  @Test
  void every_package_is_listed_with_what_its_package_info_says() {
    Map<String, String> expected = new TreeMap<>();
    for (Text info : Text.named("package-info.java")) {
      int start = info.path().indexOf(SOURCES);
      if (start >= 0) {
        String path = info.path().substring(start + SOURCES.length());
        String name = path.substring(0, path.lastIndexOf('/')).replace('/', '.');
        expected.put(name, "| `%s` | %s |".formatted(name, description(info)));
      }
    }
    Map<String, String> listed = new TreeMap<>();
    PACKAGE_ROW
        .matcher(section("## Packages"))
        .results()
        .forEach(row -> listed.put(row.group(1), row.group()));

    assertThat(expected).hasSizeGreaterThan(100);
    assertThat(listed.values()).containsExactlyInAnyOrderElementsOf(expected.values());
  }

  /** The first paragraph of its comment, in one line of Markdown. */
  private static String description(Text info) {
    String comment =
        COMMENT
            .matcher(info.content())
            .results()
            .map(each -> each.group(1))
            .findFirst()
            .orElseThrow(() -> new AssertionError(info.path() + ": no comment"));
    String text =
        comment.replaceAll("(?m)^\\s*\\* ?", "").split("<p>", 2)[0].replaceAll("\\s+", " ").strip();
    text = CODE.matcher(text).replaceAll("`$1`");
    return LINK.matcher(text).replaceAll("`$1`").replace("|", "\\|");
  }

  private static String section(String heading) {
    int start = PAGE.content().indexOf(heading + "\n");
    assertThat(start).as(heading).isNotNegative();
    int end = PAGE.content().indexOf("\n## ", start + heading.length());
    return PAGE.content().substring(start, end < 0 ? PAGE.content().length() : end);
  }

  private static Set<String> names(String cell) {
    return NAME.matcher(cell)
        .results()
        .map(name -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> modules() throws IOException {
    return MODULE
        .matcher(Files.readString(ROOT.resolve("pom.xml")))
        .results()
        .map(module -> module.group(1))
        .toList();
  }

  private static String artifact(String module) {
    return ARTIFACT
        .matcher(pom(module))
        .results()
        .map(each -> each.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError(module + ": no artifactId"));
  }

  /** Those that its classes are compiled against; of a module of tests, those of its tests. */
  private static Set<String> dependencies(String module) {
    boolean isOfTests = !Files.isDirectory(ROOT.resolve(module + "/src/main/java"));
    return DEPENDENCY
        .matcher(pom(module))
        .results()
        .filter(each -> isOfTests || !each.group(2).contains("<scope>test</scope>"))
        .map(each -> each.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String pom(String module) {
    return Text.named("pom.xml").stream()
        .filter(each -> each.path().equals(module + "/pom.xml"))
        .map(Text::content)
        .findAny()
        .orElseThrow(() -> new AssertionError(module + ": no pom.xml"));
  }
}
