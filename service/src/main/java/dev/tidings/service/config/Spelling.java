package dev.tidings.service.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that a misspelt one was meant to be. */
final class Spelling {

  /** Returns the candidate nearest to the name, if it is similar enough. */
  static Optional<String> closest(String name, Collection<String> candidates) {
    int enough = Math.max(2, name.length() / 4);
    return candidates.stream()
        .filter(candidate -> distance(name, candidate) <= enough)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  /** Returns how many letters must be inserted, removed or replaced (Levenshtein distance). */
  static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int column = 0; column <= b.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= a.length(); row++) {
      int[] current = new int[b.length() + 1];
      current[0] = row;
      for (int column = 1; column <= b.length(); column++) {
        int changed = a.charAt(row - 1) == b.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(above[column - 1] + changed, Math.min(above[column], current[column - 1]) + 1);
      }
      above = current;
    }
    return above[b.length()];
  }

  private Spelling() {}
}
