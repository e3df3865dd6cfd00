package dev.tidings.schemas.value;

import dev.tidings.schemas.value.TopicCondition.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a {@link TopicCondition}: {@code !} binds more than {@code &&}, and that than {@code ||}.
 */
final class ConditionParser {
  private static final int MAX_NESTING = 20;
  private static final String IN = "in";
  private static final String TOPICS = "topics";

  private final String text;
  private int at;
  private int topics;

  ConditionParser(String text) {
    this.text = text;
  }

  Term parse() {
    Term term = any(0);
    blanks();
    if (at < text.length()) {
      throw invalid();
    }
    return term;
  }

  private Term any(int depth) {
    List<Term> terms = new ArrayList<>();
    do {
      terms.add(all(depth));
    } while (accept("||"));
    return terms.size() == 1 ? terms.getFirst() : new Term.Any(terms);
  }

  private Term all(int depth) {
    List<Term> terms = new ArrayList<>();
    do {
      terms.add(one(depth));
    } while (accept("&&"));
    return terms.size() == 1 ? terms.getFirst() : new Term.All(terms);
  }

  private Term one(int depth) {
    if (depth > MAX_NESTING) {
      throw new InvalidValueException(
          "condition", text, "parentheses nested at most " + MAX_NESTING + " deep");
    }
    if (accept("!")) {
      return new Term.Not(one(depth + 1));
    }
    if (accept("(")) {
      Term inner = any(depth + 1);
      require(")");
      return inner;
    }
    return in();
  }

  private Term in() {
    require("'");
    int end = text.indexOf('\'', at);
    if (end < 0) {
      throw invalid();
    }
    BroadcastTopic topic = new BroadcastTopic(text.substring(at, end));
    at = end + 1;
    require(IN);
    require(TOPICS);
    if (++topics > TopicCondition.MAX_TOPICS) {
      throw new InvalidValueException(
          "condition", text, "at most " + TopicCondition.MAX_TOPICS + " topics");
    }
    return new Term.In(topic);
  }

  private boolean accept(String symbol) {
    blanks();
    if (!text.startsWith(symbol, at)) {
      return false;
    }
    at += symbol.length();
    return true;
  }

  private void require(String symbol) {
    if (!accept(symbol)) {
      throw invalid();
    }
  }

  private void blanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private InvalidValueException invalid() {
    return new InvalidValueException(
        "condition",
        at >= text.length() ? "it ends too early" : "character " + (at + 1) + " of " + text,
        "such as 'a' in topics && !('b' in topics)");
  }
}
