package dev.tidings.e2e.sources;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that the sources of the checkout have, of the kinds that its documents speak of. */
final class Sources {
  private static final Pattern COMMENT =
      Pattern.compile("/\\*.*?\\*/|(?<![:\"])//[^\\n]*", Pattern.DOTALL);
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Z]\\w*)");
  private static final Pattern SCRIPT_TYPE =
      Pattern.compile("\\b(?:class|interface|type)\\s+([A-Z]\\w*)");
  private static final Pattern SCHEMA = Pattern.compile("\"name\"\\s*:\\s*\"([A-Z]\\w*)\"");
  private static final Pattern LITERAL = Pattern.compile("\"([\\w.-]+)\"");
  private static final Pattern PROPERTY = Pattern.compile("[a-zA-Z][\\w-]*(?:\\.[\\w-]+)+");

  private final Map<String, Map<String, String>> types = new HashMap<>();
  private final Set<String> packages = new HashSet<>();
  private final Set<String> words = new HashSet<>();
  private final Map<String, String> meters = new TreeMap<>();

  private Sources() {}

  /** The names in these: Java, TypeScript, schemas, and the files of the build. */
  static Sources of(List<Text> files) {
    Sources sources = new Sources();
    for (Text file : files) {
      sources.words.add(file.fileName());
      if (file.fileName().endsWith(".java")) {
        sources.addJava(file);
      } else if (file.fileName().endsWith(".ts")) {
        String code = COMMENT.matcher(file.content()).replaceAll("");
        SCRIPT_TYPE.matcher(code).results().forEach(each -> sources.addType(file, each));
      } else if (file.fileName().endsWith(".avsc")) {
        SCHEMA.matcher(file.content()).results().forEach(each -> sources.addType(file, each));
      } else {
        PROPERTY.matcher(file.content()).results().forEach(each -> sources.words.add(each.group()));
      }
    }
    return sources;
  }

  private void addJava(Text file) {
    String code = COMMENT.matcher(file.content()).replaceAll("");
    Text bare = new Text(file.path(), code);
    PACKAGE.matcher(code).results().forEach(each -> packages.add(each.group(1)));
    TYPE.matcher(code).results().forEach(each -> addType(bare, each));
    boolean makesMeters =
        file.path().contains("/src/main/") && code.contains("import io.micrometer.");
    Matcher literal = LITERAL.matcher(file.content());
    while (literal.find()) {
      String text = literal.group(1);
      if (file.path().contains("/src/main/")) {
        words.add(text);
      }
      if (makesMeters && text.startsWith("tidings.")) {
        meters.putIfAbsent(text, file.at(literal.start()));
      }
    }
  }

  private void addType(Text file, MatchResult name) {
    types.computeIfAbsent(name.group(1), any -> new HashMap<>()).put(file.path(), file.content());
  }

  /**
   * Whether there is such a type.
   *
   * @param packageEnd the last parts of its package, with a dot behind each; may be empty
   * @param members each of which its file has to have
   */
  boolean hasType(String packageEnd, String name, List<String> members) {
    String end = "/" + packageEnd.replace('.', '/');
    return types.getOrDefault(name, Map.of()).entrySet().stream()
        .anyMatch(file ->
            file.getKey().substring(0, file.getKey().lastIndexOf('/') + 1).endsWith(end)
                && members.stream().allMatch(member -> hasWord(file.getValue(), member)));
  }

  private static boolean hasWord(String code, String word) {
    return Pattern.compile("\\b" + word + "\\b").matcher(code).find();
  }

  /** Whether there is such a package; the first parts of its name may be left out. */
  boolean hasPackage(String end) {
    return packages.stream().anyMatch(each -> ("." + each).endsWith("." + end));
  }

  /**
   * Whether a string in main code is just this, or a file or a property of the build is called it.
   */
  boolean hasWord(String text) {
    return words.contains(text);
  }

  /** The names of meters as they are written in Java, each with a place. */
  Map<String, String> meters() {
    return meters;
  }
}
