package dev.tidings.infra.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Named values that a command prints, in their order. Not thread-safe. */
public final class Facts {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final ObjectNode object = MAPPER.createObjectNode();

  private Facts() {}

  public static Facts none() {
    return new Facts();
  }

  /** Returns facts that begin with this one. */
  public static Facts of(String name, @Nullable Object value) {
    return none().and(name, value);
  }

  /** Adds one; a value of null, or an empty one, is left out. */
  public Facts and(String name, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Optional<?> maybe -> and(name, maybe.orElse(null));
      case Boolean truth -> object.put(name, truth);
      case Integer number -> object.put(name, number);
      case Long number -> object.put(name, number);
      case JsonNode node -> object.set(name, node);
      case Facts inner -> object.set(name, inner.object);
      case Instant time -> object.put(name, time.toString());
      case Collection<?> several -> object.set(name, array(several));
      case Map<?, ?> named -> object.set(name, object(named).object);
      default -> object.put(name, value.toString());
    }
    return this;
  }

  /** Adds one whose value is JSON; what is not is text. */
  public Facts andJson(String name, String json) {
    try {
      return and(name, MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      return and(name, json);
    }
  }

  private static JsonNode array(Collection<?> values) {
    var array = MAPPER.createArrayNode();
    for (Object value : values) {
      array.add(of("value", value).object.path("value"));
    }
    return array;
  }

  private static Facts object(Map<?, ?> named) {
    Facts facts = none();
    named.forEach((name, value) -> facts.and(name.toString(), value));
    return facts;
  }

  /** Returns the object, in a line. */
  public String json() {
    return object.toString();
  }

  /** Returns a line for each: the name, a colon and the value. */
  public String lines() {
    StringBuilder lines = new StringBuilder();
    object
        .properties()
        .forEach(fact -> {
          lines.append(lines.isEmpty() ? "" : System.lineSeparator());
          lines.append(fact.getKey()).append(": ").append(fact.getValue().asText());
        });
    return lines.toString();
  }
}
