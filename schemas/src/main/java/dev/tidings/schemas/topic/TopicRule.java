package dev.tidings.schemas.topic;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One of Kafka's settings that a topic has to have.
 *
 * @param config its name
 * @param expected what provisioning sets it to
 * @param comparison which other values do as well
 * @param vital whether notifications can be lost without it: then a service refuses the topic
 */
public record TopicRule(String config, String expected, Comparison comparison, boolean vital) {

  /** Which values do. */
  public enum Comparison {
    /** That one; of a list, in any order. */
    EXACTLY,
    /** That number or more; -1, which is none at all, is the most. */
    AT_LEAST,
    /** That number or less. */
    AT_MOST
  }

  /** How a topic breaks the rule, if it does. */
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
