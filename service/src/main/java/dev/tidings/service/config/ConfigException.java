package dev.tidings.service.config;

import java.util.List;

/**
 * The configuration cannot be used; nothing was started. A retry does not help until an operator
 * has changed it. The message has a line for each problem: {@code http.port: 70000 (expected:
 * 0..65535)}.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * Returns an exception for a problem that only the service can find, such as an unreadable
   * certificate.
   *
   * @param setting the setting at fault
   * @param value its value; not shown if the setting is a secret
   * @param expected the values that are accepted
   */
  public static ConfigException of(Setting<?> setting, Object value, String expected) {
    String shown = setting.shown(String.valueOf(value));
    return new ConfigException(List.of(Problems.line(setting.name(), shown, expected)));
  }

  /** The same, for a setting that is passed through to a library, by its name. */
  public static ConfigException passedThrough(String name, String value, String expected) {
    return new ConfigException(List.of(Problems.line(name, value, expected)));
  }

  /** Returns an exception with the problems of all of these. */
  public static ConfigException of(List<ConfigException> all) {
    return new ConfigException(all.stream().flatMap(each -> each.problems().stream()).toList());
  }

  /** Returns an exception for a problem that a library has found and put in words. */
  public static ConfigException because(String problem) {
    return new ConfigException(List.of(problem));
  }

  /** Returns the lines of the message. */
  public List<String> problems() {
    return problems;
  }
}
