package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents agree with the code and with each other. */
final class DocumentsContractTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```.*?```");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern TYPE_NAME =
      Pattern.compile("(?:^|[.\\s])([A-Z][a-z0-9]+[A-Za-z0-9]*)(?=$|[.\\s#(])");
  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|record|interface|enum) (\\w+)");
  private static final Pattern SCHEMA = Pattern.compile("\"name\": ?\"([A-Z]\\w+)\"");
  private static final Pattern GUARANTEE = Pattern.compile("(?m)^\\| G(\\d+) \\| \\*\\*");
  private static final Pattern CITED = Pattern.compile("\\bG(\\d+)\\b");
  private static final Pattern LINK =
      Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  /** Apple's reasons are written like class names. */
  private static final Set<String> REASONS = Set.of("BadDeviceToken", "PayloadEmpty");

  @ParameterizedTest
  @ValueSource(strings = {"guarantees.md", "architecture.md", "glossary.md"})
  void every_type_that_a_document_names_exists(String document) throws IOException {
    String text = CODE_BLOCK.matcher(read(ROOT.resolve("docs").resolve(document))).replaceAll("");
    Set<String> named =
        CODE.matcher(text)
            .results()
            .flatMap(code -> TYPE_NAME.matcher(code.group(1)).results())
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).hasSizeGreaterThan(10);

    named.removeAll(REASONS);
    named.removeAll(types());
    assertThat(named).as("named in " + document + " only").isEmpty();
  }

  @Test
  void every_guarantee_has_a_number_of_its_own() throws IOException {
    String text = read(ROOT.resolve("docs/guarantees.md"));
    List<String> numbers = groups(GUARANTEE, text);

    assertThat(numbers).hasSizeGreaterThan(50).doesNotHaveDuplicates();
    assertThat(numbers).as("cited").containsAll(groups(CITED, text));
    assertThat(promises(text)).as("rows with a promise").isEqualTo(numbers.size());
  }

  /** Rows of the tables of promises, whether or not they are numbered. */
  private static long promises(String text) {
    int end = text.indexOf("### End to end");
    return text.substring(0, end)
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| | promise"))
        .count();
  }

  @Test
  void every_link_between_documents_leads_somewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      for (MatchResult link : LINK.matcher(read(document)).results().toList()) {
        Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
        if (!Files.exists(target)
            || (link.group(2) != null && !anchors(read(target)).contains(link.group(2)))) {
          broken.add(document.getFileName() + ": " + link.group());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(String text) {
    return groups(HEADING, text).stream()
        .map(heading ->
            heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md")),
              docs.filter(file -> file.toString().endsWith(".md")))
          .toList();
    }
  }

  /** The simple names of all types that the sources and schemas declare. */
  private static Set<String> types() throws IOException {
    Set<String> types = new TreeSet<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            boolean sources = name.equals("..") || !(name.startsWith(".") || name.equals("target"));
            return sources ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (file.toString().endsWith(".java")) {
              types.addAll(groups(DECLARED, read(file)));
            } else if (file.toString().endsWith(".avsc")) {
              types.addAll(groups(SCHEMA, read(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return types;
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
