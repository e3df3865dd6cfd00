package dev.tidings.e2e.guides;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares what a page says is shown with what was. How many blanks there are does not count. */
final class Shown {
  private static final String ANYTHING = "…";

  private Shown() {}

  /** Returns the first of the lines that is not in the output behind those before it. */
  static Optional<String> missing(List<String> lines, String output) {
    int from = 0;
    for (String line : lines) {
      if (line.isBlank() || line.strip().equals(ANYTHING)) {
        continue;
      }
      Matcher found = pattern(line).matcher(output);
      if (!found.find(from)) {
        return Optional.of(line);
      }
      from = found.end();
    }
    return Optional.empty();
  }

  private static Pattern pattern(String line) {
    StringBuilder pattern = new StringBuilder("(?m)^\\h*");
    String[] words = line.strip().split("\\h+", -1);
    for (int i = 0; i < words.length; i++) {
      pattern.append(i == 0 ? "" : "\\h+");
      String[] known = words[i].split(ANYTHING, -1);
      for (int j = 0; j < known.length; j++) {
        pattern.append(j == 0 ? "" : ".*").append(Pattern.quote(known[j]));
      }
    }
    return Pattern.compile(pattern.append("\\h*\\r?$").toString());
  }
}
