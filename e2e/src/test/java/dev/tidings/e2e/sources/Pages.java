package dev.tidings.e2e.sources;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What documents in Markdown say that is not so. Each finding is a line {@code page:line: what it
 * says (expected: …)}.
 */
final class Pages {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern TYPE =
      Pattern.compile("((?:[a-z]\\w*\\.)*)([A-Z]\\w*[a-z]\\w*)((?:[.#]\\w+)*)(?:\\(\\))?");
  private static final Pattern DOTTED = Pattern.compile("[a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)+");
  private static final Pattern METER = Pattern.compile("tidings_\\w+");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|.*$");

  private Pages() {}

  /** Names of classes, with or without a package or a member, that neither we nor others have. */
  static List<String> unknownTypes(Text page, Sources sources, Set<String> ofOthers) {
    return findings(
        page,
        TYPE,
        "a class of this project with such a member",
        name ->
            ofOthers.contains(name.group(2))
                || sources.hasWord(name.group())
                || sources.hasType(name.group(1), name.group(2), parts(name.group(3))));
  }

  private static List<String> parts(String members) {
    return Arrays.stream(members.split("[.#]", -1)).filter(each -> !each.isEmpty()).toList();
  }

  /** Names with dots that are no setting, package, file or property that the sources know. */
  static List<String> unknownSettings(
      Text page, Sources sources, Set<String> settings, Set<String> ofOthers) {
    return findings(
        page,
        DOTTED,
        "a setting, a package, or another name in the code",
        name ->
            settings.contains(name.group())
                || ofOthers.contains(name.group())
                || sources.hasWord(name.group())
                || sources.hasPackage(name.group()));
  }

  /** Meters that no code makes. */
  static List<String> unknownMeters(Text page, Sources sources) {
    return findings(
        new Text(page.path(), page.content().replaceAll("(`tidings_\\w+)\\{[^}`]*}", "$1")),
        METER,
        "a meter that the code makes",
        name -> sources.meters().keySet().stream().anyMatch(each -> isShownAs(name.group(), each)));
  }

  /** Meters that the code makes and the page does not have. */
  static List<String> missingMeters(Text page, Sources sources) {
    List<String> shown = METER.matcher(page.content()).results().map(each -> each.group()).toList();
    List<String> findings = new ArrayList<>();
    sources
        .meters()
        .forEach((meter, place) -> {
          if (meter.endsWith(".")) {
            findings.add(place + ": " + meter + " (expected: a meter's whole name)");
          } else if (shown.stream().noneMatch(each -> isShownAs(each, meter))) {
            findings.add(place + ": " + meter + " (expected: to be in " + page.path() + ")");
          }
        });
    return findings;
  }

  /** What Prometheus puts behind a name depends on the meter's kind and unit. */
  private static boolean isShownAs(String shown, String meter) {
    String name = meter.replace('.', '_');
    return Stream.of("", "_total", "_seconds", "_bytes").anyMatch(end -> shown.equals(name + end));
  }

  /**
   * Links to files, or to headings of pages, that are not there.
   *
   * @param pages all pages by their paths
   * @param isFile whether there is another file of a path
   */
  static List<String> brokenLinks(Text page, Map<String, Text> pages, Predicate<String> isFile) {
    List<String> findings = new ArrayList<>();
    Matcher link = LINK.matcher(page.content());
    while (link.find()) {
      String target = link.group(1);
      if (target.matches("[a-z]+:.*")) {
        continue;
      }
      int hash = target.indexOf('#');
      String file = hash < 0 ? target : target.substring(0, hash);
      String path = file.isEmpty() ? page.path() : beside(page.path(), file);
      boolean there =
          hash < 0
              ? pages.containsKey(path) || isFile.test(path)
              : pages.containsKey(path)
                  && anchors(pages.get(path)).contains(target.substring(hash + 1));
      if (!there) {
        findings.add(page.at(link.start(1)) + ": " + target + " (expected: what is there)");
      }
    }
    return findings;
  }

  private static String beside(String page, String file) {
    return Path.of(page).resolveSibling(file).normalize().toString();
  }

  /** The anchors that GitHub gives to headings. */
  private static Set<String> anchors(Text page) {
    Set<String> anchors = new HashSet<>();
    HEADING
        .matcher(FENCED.matcher(page.content()).replaceAll(""))
        .results()
        .map(each -> each.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .forEach(anchors::add);
    return anchors;
  }

  /**
   * Rows of the table below a heading that are not as they have to be.
   *
   * @param table the table as the service prints it
   */
  static List<String> wrongSettings(Text page, String heading, String table) {
    List<String> findings = new ArrayList<>();
    int start = page.content().indexOf("\n" + heading + "\n") + 1;
    if (start == 0) {
      return List.of(page.path() + ": " + heading + " (expected: such a heading)");
    }
    int next = page.content().indexOf("\n#", start);
    Map<String, String> expected = rows(table);
    Matcher row =
        ROW.matcher(page.content()).region(start, next < 0 ? page.content().length() : next);
    while (row.find()) {
      String shown = expected.remove(row.group(1));
      if (shown == null) {
        findings.add(page.at(row.start()) + ": " + row.group(1) + " (expected: a setting)");
      } else if (!shown.equals(row.group())) {
        findings.add(page.at(row.start()) + ": " + row.group() + " (expected: " + shown + ")");
      }
    }
    expected.forEach((name, shown) ->
        findings.add(page.at(start) + ": no " + name + " (expected: " + shown + ")"));
    return findings;
  }

  /** The rows of a table of settings by the settings' names. */
  static Map<String, String> rows(String table) {
    Map<String, String> rows = new LinkedHashMap<>();
    ROW.matcher(table).results().forEach(each -> rows.put(each.group(1), each.group()));
    return rows;
  }

  private static List<String> findings(
      Text page, Pattern kind, String expected, Predicate<Matcher> isThere) {
    // As many lines as before.
    String prose =
        FENCED.matcher(page.content()).replaceAll(each -> each.group().replaceAll("[^\\n]", " "));
    List<String> findings = new ArrayList<>();
    Matcher code = CODE.matcher(prose);
    while (code.find()) {
      Matcher name = kind.matcher(code.group(1));
      if (name.matches() && !isThere.test(name)) {
        findings.add(
            page.at(code.start(1)) + ": " + code.group(1) + " (expected: " + expected + ")");
      }
    }
    return findings;
  }
}
