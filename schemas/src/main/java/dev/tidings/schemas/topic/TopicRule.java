package dev.tidings.schemas.topic;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A required setting of a topic in Kafka.
 *
 * @param config its name
 * @param expected what provisioning sets it to
 * @param comparison which other values are accepted
 * @param vital whether notifications can be lost without it: then a service refuses the topic
 */
public record TopicRule(String config, String expected, Comparison comparison, boolean vital) {

  /** Which values are accepted. */
  public enum Comparison {
    /** The expected value; the elements of a list in any order. */
    EXACTLY,
    /** The expected number or more; -1, which means unlimited, is the highest. */
    AT_LEAST,
    /** The expected number or less. */
    AT_MOST
  }

  /** Returns how a topic breaks the rule, if it does. */
  Optional<TopicDifference> broken(String topic, Optional<String> found) {
    if (found.filter(this::allows).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(new TopicDifference(topic, config, found.orElse("not set"), words(), vital));
  }

  private String words() {
    return switch (comparison) {
      case EXACTLY -> expected;
      case AT_LEAST -> expected.equals("-1") ? expected : "at least " + expected;
      case AT_MOST -> "at most " + expected;
    };
  }

  private boolean allows(String found) {
    if (comparison == Comparison.EXACTLY) {
      return items(found).equals(items(expected));
    }
    try {
      int order = number(found).compareTo(number(expected));
      return comparison == Comparison.AT_LEAST ? order >= 0 : order <= 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static Set<String> items(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).collect(Collectors.toSet());
  }

  private static BigDecimal number(String text) {
    BigDecimal number = new BigDecimal(text);
    return number.signum() < 0 ? BigDecimal.valueOf(Long.MAX_VALUE) : number;
  }
}
