package dev.tidings.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** The key of a record of {@code replays}: the replay's id, and behind it what the record tells. */
public sealed interface ReplayKey {
  /** The length of an id. */
  int ID_LENGTH = 36;

  /** The most digits of a partition. */
  int MOST_DIGITS = 6;

  String id();

  /** Returns what is behind the id. */
  String mark();

  /** What is to be sent again. */
  record Order(String id) implements ReplayKey {
    @Override
    public String mark() {
      return "";
    }
  }

  /** How far a partition has come. */
  record Progress(String id, int partition) implements ReplayKey {
    @Override
    public String mark() {
      return "+" + partition;
    }
  }

  /** That it is to stop. */
  record Stop(String id) implements ReplayKey {
    @Override
    public String mark() {
      return "-";
    }
  }

  default byte[] bytes() {
    return (id() + mark()).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns whether a text is an id as this service gives them. */
  static boolean isId(String text) {
    try {
      return text.length() == ID_LENGTH && UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns empty if the bytes are no such key. */
  static Optional<ReplayKey> parse(byte[] key) {
    String text = new String(key, StandardCharsets.ISO_8859_1);
    if (text.length() < ID_LENGTH || !isId(text.substring(0, ID_LENGTH))) {
      return Optional.empty();
    }
    String id = text.substring(0, ID_LENGTH);
    String mark = text.substring(ID_LENGTH);
    return switch (mark) {
      case "" -> Optional.of(new Order(id));
      case "-" -> Optional.of(new Stop(id));
      default -> partition(mark).map(partition -> new Progress(id, partition));
    };
  }

  private static Optional<Integer> partition(String mark) {
    if (!mark.startsWith("+") || mark.length() < 2 || mark.length() > MOST_DIGITS + 1) {
      return Optional.empty();
    }
    for (int i = 1; i < mark.length(); i++) {
      if (mark.charAt(i) < '0' || mark.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    return Optional.of(Integer.parseInt(mark.substring(1)));
  }
}
