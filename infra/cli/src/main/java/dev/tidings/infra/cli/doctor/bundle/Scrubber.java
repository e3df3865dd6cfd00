package dev.tidings.infra.cli.doctor.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Removes secrets, and from logs whatever may be of a payload. It removes too much rather than too
 * little: known secrets by their values, others by their form or by the name in front of them.
 *
 * @param known by their values
 */
record Scrubber(KnownSecrets known) {
  private static final String HIDDEN = SecretNames.HIDDEN;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|\\z)"
              // One whose beginning was cut off.
              + "|\\A(?:[\\w+/=]{1,76}\\R)+-----END [A-Z ]+-----",
          Pattern.DOTALL);
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)([\\w.-]*(?:password|passwd|secret|passphrase|jaas|token|api[-_]?key|credential"
              + "|authorization|user(?:name|\\.info))[\\w.-]*[\"']?\\s*[=:]\\s*)"
              + "(?:(?:bearer|basic)\\s+)?(?:\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s,;})\\]]+)");

  /** Those that are secret by their form alone. */
  private static final List<Pattern> FORMS =
      List.of(
          // A JWT, an API key, an administrator's credential, a webhook's secret.
          Pattern.compile("eyJ[\\w-]{4,}\\.[\\w-]+\\.[\\w-]*"),
          Pattern.compile("\\b(?:tid|tad)_\\w[\\w-]*"),
          Pattern.compile("\\bwhsec_[\\w+/=-]+"),
          Pattern.compile("(?i)(?<=\\b(?:bearer|basic) )[\\w+/=.~-]{6,}"),
          Pattern.compile("(?<=://)[^/\\s@]+(?=@)"),
          // A device's token, a token key, a hash.
          Pattern.compile("\\b[0-9a-fA-F]{32,}\\b"));

  /** What may be of a payload: objects, texts in quotes, long runs of Base64. */
  private static final Pattern QUOTED = Pattern.compile("\"[^\"\\n]*\"?");

  private static final Pattern BASE_64 = Pattern.compile("(?=\\S*[+=\\d])[\\w+/=-]{40,}");

  /** Returns a text without secrets. */
  String clean(String text) {
    String clean = known.hide(PEM.matcher(text).replaceAll(HIDDEN));
    clean = NAMED.matcher(clean).replaceAll("$1" + HIDDEN);
    for (Pattern form : FORMS) {
      clean = form.matcher(clean).replaceAll(HIDDEN);
    }
    return clean;
  }

  /** Returns the lines of a log without secrets, and without what may be of a payload. */
  String cleanLog(String text) {
    StringBuilder lines = new StringBuilder();
    known
        .hide(PEM.matcher(text).replaceAll(HIDDEN))
        .lines()
        .forEach(line -> lines.append(line(line)).append('\n'));
    return lines.toString();
  }

  private String line(String line) {
    if (line.startsWith("{")) {
      try {
        return strings(MAPPER.readTree(line)).toString();
      } catch (JsonProcessingException e) {
        // No log line in JSON: what is in it may be a payload.
        return HIDDEN;
      }
    }
    return message(line);
  }

  /** Returns a log line in JSON with each of its texts cleaned. */
  private JsonNode strings(JsonNode node) {
    if (node.isTextual()) {
      return JsonNodeFactory.instance.textNode(message(node.textValue()));
    }
    if (node.isArray()) {
      var array = JsonNodeFactory.instance.arrayNode();
      node.forEach(each -> array.add(strings(each)));
      return array;
    }
    if (node.isObject()) {
      var object = JsonNodeFactory.instance.objectNode();
      node.properties()
          .forEach(field ->
              object.set(
                  field.getKey(),
                  SecretNames.isSecret(field.getKey())
                      ? JsonNodeFactory.instance.textNode(HIDDEN)
                      : strings(field.getValue())));
      return object;
    }
    return node;
  }

  private String message(String text) {
    String clean = clean(objects(text));
    clean = QUOTED.matcher(clean).replaceAll(HIDDEN);
    return BASE_64.matcher(clean).replaceAll(HIDDEN);
  }

  /**
   * Returns a text without the JSON objects and arrays in it; one without an end goes to the end.
   */
  private static String objects(String text) {
    StringBuilder kept = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{') {
        if (depth++ == 0) {
          kept.append('{').append(HIDDEN).append('}');
        }
      } else if (c == '}' && depth > 0) {
        depth--;
      } else if (depth == 0) {
        kept.append(c);
      }
    }
    return kept.toString();
  }
}
