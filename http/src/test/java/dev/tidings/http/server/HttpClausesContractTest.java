package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The tables of docs/http.md name tests that are there, one in each row. */
final class HttpClausesContractTest {
  private static final Path TABLE = Path.of("../docs/http.md");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))#(\\w+)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\|(.*)\\|$");

  @Test
  void each_test_it_names_exists() throws Exception {
    Map<String, Class<?>> classes = testClasses();
    List<String> missing = new ArrayList<>();
    List<MatchResult> named = TEST.matcher(Files.readString(TABLE)).results().toList();
    for (MatchResult each : named) {
      Class<?> type = classes.get(each.group(1));
      if (type == null || !hasTest(type, each.group(2))) {
        missing.add(each.group());
      }
    }

    assertThat(named).hasSizeGreaterThan(80);
    assertThat(missing).isEmpty();
  }

  @Test
  void each_row_has_a_test() throws Exception {
    List<MatchResult> rows =
        ROW.matcher(Files.readString(TABLE))
            .results()
            .filter(row -> !row.group(1).matches("section|promise|-+"))
            .toList();

    assertThat(rows).hasSizeGreaterThan(70);
    assertThat(rows)
        .allSatisfy(row -> assertThat(TEST.matcher(row.group(2)).find()).as(row.group()).isTrue());
  }

  private static boolean hasTest(Class<?> type, String name) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals(name)
          && (method.isAnnotationPresent(Test.class)
              || method.isAnnotationPresent(ParameterizedTest.class))) {
        return true;
      }
    }
    return false;
  }

  /** This module's test classes by their simple names. */
  private static Map<String, Class<?>> testClasses() throws Exception {
    Path root =
        Path.of(
            HttpClausesContractTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    Map<String, Class<?>> classes = new HashMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String path = root.relativize(file).toString();
        if (path.matches(".*(Test|IT)\\.class")) {
          Class<?> type =
              Class.forName(
                  path.replace(".class", "").replace('/', '.'),
                  false,
                  HttpClausesContractTest.class.getClassLoader());
          classes.put(type.getSimpleName(), type);
        }
      }
    }
    return classes;
  }
}
