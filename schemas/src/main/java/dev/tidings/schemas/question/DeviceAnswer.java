package dev.tidings.schemas.question;

import dev.tidings.schemas.token.NodeSeal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a delivery node answers to a {@link DeviceQuestion}. */
public sealed interface DeviceAnswer {
  /**
   * What is known.
   *
   * @param json an object, in ASCII
   * @param next the place behind which the next page begins; null if there is none
   */
  record Found(String json, @Nullable Long next) implements DeviceAnswer {}

  /** Nothing is known of the device, or nothing of these apps. */
  record Unknown() implements DeviceAnswer {}

  /**
   * Another node has the device.
   *
   * @param node its address, HOST:PORT
   */
  record Elsewhere(String node) implements DeviceAnswer {}

  /**
   * It cannot be told at the moment.
   *
   * @param why what is away
   */
  record NotNow(String why) implements DeviceAnswer {}

  /** Returns its bytes, under a seal by which it belongs to this question and no other. */
  default byte[] sealed(byte[] question, NodeSeal seal) {
    String text = text();
    return (seal.of(purpose(question) + text) + '\n' + text).getBytes(StandardCharsets.UTF_8);
  }

  private String text() {
    return switch (this) {
      case Found(var json, var next) -> "found " + (next == null ? "-" : next) + '\n' + json;
      case Unknown() -> "unknown\n";
      case Elsewhere(var node) -> "elsewhere " + node + '\n';
      case NotNow(var why) -> "later " + why.replace('\n', ' ') + '\n';
    };
  }

  /** Reads one; empty if it is none to this question. */
  static Optional<DeviceAnswer> read(byte[] bytes, byte[] question, NodeSeal seal) {
    String all = new String(bytes, StandardCharsets.UTF_8);
    int sealed = all.indexOf('\n');
    int head = all.indexOf('\n', sealed + 1);
    if (sealed < 0
        || head < 0
        || !seal.isOf(purpose(question) + all.substring(sealed + 1), all.substring(0, sealed))) {
      return Optional.empty();
    }
    String[] words = all.substring(sealed + 1, head).split(" ", 2);
    String rest = words.length == 1 ? "" : words[1];
    return switch (words[0]) {
      case "found" ->
          Optional.of(
              new Found(all.substring(head + 1), rest.equals("-") ? null : Long.valueOf(rest)));
      case "unknown" -> Optional.of(new Unknown());
      case "elsewhere" -> Optional.of(new Elsewhere(rest));
      case "later" -> Optional.of(new NotNow(rest));
      default -> Optional.empty();
    };
  }

  private static String purpose(byte[] question) {
    return "answer to " + DeviceQuestion.sealOf(question) + '\n';
  }
}
