package dev.tidings.schemas.value;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which devices a broadcast is for: {@code 'a' in topics && !('b' in topics)}. Who it is for has to
 * be found by reading the subscribers of a few topics, so it may not be for everybody who has
 * <em>not</em> joined something.
 */
public final class TopicCondition {
  public static final int MAX_LENGTH = 1_000;

  /** The most topics that a condition may name, counted as often as they are named. */
  public static final int MAX_TOPICS = 10;

  private final String text;
  private final Term term;
  private final List<BroadcastTopic> sources;

  private TopicCondition(String text, Term term, List<BroadcastTopic> sources) {
    this.text = text;
    this.term = term;
    this.sources = sources;
  }

  /** Returns the condition of being in one topic. */
  public static TopicCondition of(BroadcastTopic topic) {
    Term term = new Term.In(topic);
    return new TopicCondition("'" + topic + "' in topics", term, List.of(topic));
  }

  /**
   * Reads a condition.
   *
   * @throws InvalidValueException if it is not well-formed, too long, or for who is in no topic
   */
  public static TopicCondition parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new InvalidValueException(
          "condition", text.length() + " characters", "at most " + MAX_LENGTH);
    }
    Term term = new ConditionParser(text).parse();
    Set<BroadcastTopic> sources =
        sources(term, true)
            .orElseThrow(() ->
                new InvalidValueException(
                    "condition",
                    text,
                    "one that only devices in at least one of its topics fulfil"));
    return new TopicCondition(text, term, List.copyOf(sources));
  }

  /** Returns whether one of its topics is of a kind. */
  public boolean names(Predicate<BroadcastTopic> kind) {
    return term.names(kind);
  }

  /**
   * Returns topics of which everybody who fulfils the term has joined at least one; empty if there
   * are none.
   *
   * @param wanted whether it is to be fulfilled; false for what is behind a {@code !}
   */
  private static Optional<Set<BroadcastTopic>> sources(Term term, boolean wanted) {
    return switch (term) {
      case Term.In(BroadcastTopic topic) -> wanted ? Optional.of(Set.of(topic)) : Optional.empty();
      case Term.Not(Term inner) -> sources(inner, !wanted);
      case Term.All(List<Term> terms) -> wanted ? ofOne(terms, true) : ofEach(terms, false);
      case Term.Any(List<Term> terms) -> wanted ? ofEach(terms, true) : ofOne(terms, false);
    };
  }

  private static Optional<Set<BroadcastTopic>> ofOne(List<Term> terms, boolean wanted) {
    Optional<Set<BroadcastTopic>> fewest = Optional.empty();
    for (Term term : terms) {
      Optional<Set<BroadcastTopic>> its = sources(term, wanted);
      if (its.isPresent() && (fewest.isEmpty() || its.get().size() < fewest.get().size())) {
        fewest = its;
      }
    }
    return fewest;
  }

  private static Optional<Set<BroadcastTopic>> ofEach(List<Term> terms, boolean wanted) {
    Set<BroadcastTopic> all = new LinkedHashSet<>();
    for (Term term : terms) {
      Optional<Set<BroadcastTopic>> its = sources(term, wanted);
      if (its.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(its.get());
    }
    return Optional.of(all);
  }

  /** Returns topics of which everybody who is meant has joined at least one, in a fixed order. */
  public List<BroadcastTopic> sources() {
    return sources;
  }

  /**
   * Returns whether a device is meant.
   *
   * @param joined whether it has joined a topic
   */
  public boolean test(Predicate<BroadcastTopic> joined) {
    return term.test(joined);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicCondition condition && text.equals(condition.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the condition as it was written. */
  @Override
  public String toString() {
    return text;
  }

  /** A part of a condition. */
  sealed interface Term {
    boolean test(Predicate<BroadcastTopic> joined);

    /** Returns whether one of its topics is of a kind. */
    boolean names(Predicate<BroadcastTopic> kind);

    record In(BroadcastTopic topic) implements Term {
      @Override
      public boolean test(Predicate<BroadcastTopic> joined) {
        return joined.test(topic);
      }

      @Override
      public boolean names(Predicate<BroadcastTopic> kind) {
        return kind.test(topic);
      }
    }

    record Not(Term term) implements Term {
      @Override
      public boolean test(Predicate<BroadcastTopic> joined) {
        return !term.test(joined);
      }

      @Override
      public boolean names(Predicate<BroadcastTopic> kind) {
        return term.names(kind);
      }
    }

    record All(List<Term> terms) implements Term {
      public All {
        terms = List.copyOf(terms);
      }

      @Override
      public boolean test(Predicate<BroadcastTopic> joined) {
        return terms.stream().allMatch(term -> term.test(joined));
      }

      @Override
      public boolean names(Predicate<BroadcastTopic> kind) {
        return terms.stream().anyMatch(term -> term.names(kind));
      }
    }

    record Any(List<Term> terms) implements Term {
      public Any {
        terms = List.copyOf(terms);
      }

      @Override
      public boolean test(Predicate<BroadcastTopic> joined) {
        return terms.stream().anyMatch(term -> term.test(joined));
      }

      @Override
      public boolean names(Predicate<BroadcastTopic> kind) {
        return terms.stream().anyMatch(term -> term.names(kind));
      }
    }
  }
}
