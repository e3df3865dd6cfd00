package dev.tidings.node.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * The table of MQTT's statements names tests that are there.
 *
 * <p>Shows G78 of docs/guarantees.md.
 */
final class MqttClausesContractTest {
  private static final Path TABLE = Path.of("../docs/mqtt.md");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))#(\\w+)`");
  private static final Pattern PART = Pattern.compile("(?m)^## ");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\[MQTT-[^|]*) \\|(.*)$");

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

    assertThat(named).hasSizeGreaterThan(100);
    assertThat(missing).isEmpty();
  }

  @Test
  void each_statement_has_a_test_and_comes_once_in_its_part() throws Exception {
    for (String part : PART.split(Files.readString(TABLE), -1)) {
      List<MatchResult> rows = ROW.matcher(part).results().toList();
      List<String> numbers = new ArrayList<>();
      for (MatchResult row : rows) {
        assertThat(TEST.matcher(row.group(2)).find()).as(row.group(1)).isTrue();
        numbers.addAll(Arrays.asList(row.group(1).split(", | to ")));
      }
      assertThat(numbers)
          .doesNotHaveDuplicates()
          .allSatisfy(number -> assertThat(number).matches("\\[MQTT-[0-9.-]+-[0-9]+]"));
    }
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
            MqttClausesContractTest.class
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
                  MqttClausesContractTest.class.getClassLoader());
          classes.put(type.getSimpleName(), type);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return classes;
  }
}
