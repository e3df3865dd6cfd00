package dev.tidings.schemas.question;

import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an ingest node asks of a delivery node for operators. The answer is a {@link DeviceAnswer},
 * whose text has the form that each question names.
 */
public sealed interface OperatorQuestion {
  /** The figures of the node, as {@link NodeFigures} has them. */
  record Figures() implements OperatorQuestion {}

  /**
   * Devices of the node that have registered an app, in the order of their names, as {@link
   * DeviceList} has them.
   *
   * @param prefix what their names begin with; may be empty
   * @param after the name behind which they begin; empty: with the first
   * @param limit how many at most
   */
  record Devices(String prefix, String after, int limit) implements OperatorQuestion {
    /** More are not asked for at once. */
    public static final int MOST = 1_000;

    public Devices {
      requireName("prefix", prefix);
      requireName("after", after);
      requireLimit(limit);
    }
  }

  /** Who has joined topics, of the node's devices. The answer is a {@link JoinList}. */
  sealed interface Joins extends OperatorQuestion {
    AppId app();

    /** The row behind which they begin; empty: with the first. */
    String after();

    /** How many rows at most. */
    int limit();
  }

  /**
   * The topics that devices have joined: each is a row.
   *
   * @param prefix what their names begin with; may be empty
   */
  record Topics(AppId app, String prefix, String after, int limit) implements Joins {
    public Topics {
      requireTopic("prefix", prefix);
      requireTopic("after", after);
      requireLimit(limit);
    }

    private static void requireTopic(String name, String text) {
      try {
        if (!text.isEmpty()) {
          new BroadcastTopic(text).value();
        }
      } catch (InvalidValueException e) {
        throw new InvalidValueException(name, text, e.expected());
      }
    }
  }

  /** The devices that have joined a topic: each is a row. */
  record Subscribers(AppId app, BroadcastTopic topic, String after, int limit) implements Joins {
    public Subscribers {
      requireName("after", after);
      requireLimit(limit);
    }
  }

  /** That the device's connection is closed. The answer is whether it had one: true or false. */
  record Disconnect(DeviceId device) implements OperatorQuestion {}

  /**
   * That the device's token for an app is revoked, as if the device had asked for it. The answer is
   * the token, whether or not there was one to revoke.
   */
  record Revoke(DeviceId device, AppId app) implements OperatorQuestion {}

  private static void requireName(String name, String text) {
    try {
      if (!text.isEmpty()) {
        new DeviceId(text).value();
      }
    } catch (InvalidValueException e) {
      throw new InvalidValueException(name, text, e.expected());
    }
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > Devices.MOST) {
      throw new InvalidValueException(
          "limit", "" + limit, "a whole number from 1 to " + Devices.MOST);
    }
  }

  /**
   * Returns its bytes under a seal.
   *
   * @param asked when, by the clock of the node that asks
   */
  default byte[] sealed(NodeSeal seal, Instant asked) {
    String text = asked.toEpochMilli() + "\n" + text();
    return (seal.of(Form.PURPOSE + text) + '\n' + text).getBytes(StandardCharsets.UTF_8);
  }

  private String text() {
    return switch (this) {
      case Figures() -> Form.FIGURES;
      case Devices(var prefix, var after, var limit) ->
          String.join("\n", Form.DEVICES, prefix, after, Integer.toString(limit));
      case Topics(var app, var prefix, var after, var limit) ->
          String.join("\n", Form.TOPICS, app.value(), prefix, after, Integer.toString(limit));
      case Subscribers(var app, var topic, var after, var limit) ->
          String.join(
              "\n", Form.SUBSCRIBERS, app.value(), topic.value(), after, Integer.toString(limit));
      case Disconnect(var device) -> Form.DISCONNECT + "\n" + device.value();
      case Revoke(var device, var app) ->
          String.join("\n", Form.REVOKE, device.value(), app.value());
    };
  }

  /**
   * Reads one.
   *
   * @return empty if it is none, or no process of this installation has just asked so
   */
  static Optional<OperatorQuestion> read(byte[] bytes, NodeSeal seal, Instant now) {
    String all = new String(bytes, StandardCharsets.UTF_8);
    int end = all.indexOf('\n');
    if (end < 0 || !seal.isOf(Form.PURPOSE + all.substring(end + 1), all.substring(0, end))) {
      return Optional.empty();
    }
    List<String> lines = List.of(all.substring(end + 1).split("\n", -1));
    try {
      Instant asked = Instant.ofEpochMilli(Long.parseLong(lines.getFirst()));
      return Duration.between(asked, now).abs().compareTo(DeviceQuestion.FRESH) > 0
          ? Optional.empty()
          : Optional.of(Form.parsed(lines.subList(1, lines.size())));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // Of a node of another version.
      return Optional.empty();
    }
  }

  /** The words of the form. */
  final class Form {
    private static final String PURPOSE = "node question 1\n";
    private static final String FIGURES = "figures";
    private static final String DEVICES = "devices";
    private static final String TOPICS = "topics";
    private static final String SUBSCRIBERS = "subscribers";
    private static final String DISCONNECT = "disconnect";
    private static final String REVOKE = "revoke";

    private Form() {}

    private static OperatorQuestion parsed(List<String> lines) {
      return switch (lines.getFirst()) {
        case FIGURES -> new Figures();
        case DEVICES -> new Devices(lines.get(1), lines.get(2), Integer.parseInt(lines.get(3)));
        case TOPICS ->
            new Topics(
                new AppId(lines.get(1)),
                lines.get(2),
                lines.get(3),
                Integer.parseInt(lines.get(4)));
        case SUBSCRIBERS ->
            new Subscribers(
                new AppId(lines.get(1)),
                new BroadcastTopic(lines.get(2)),
                lines.get(3),
                Integer.parseInt(lines.get(4)));
        case DISCONNECT -> new Disconnect(new DeviceId(lines.get(1)));
        case REVOKE -> new Revoke(new DeviceId(lines.get(1)), new AppId(lines.get(2)));
        default -> throw new InvalidValueException("question", lines.getFirst(), "a known one");
      };
    }
  }
}
