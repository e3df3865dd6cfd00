package dev.tidings.schemas.question;

import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an ingest node asks of a device.
 *
 * @param apps whose facts are asked for; null: those of all, and what belongs to none
 * @param page the part of its inbox that is asked for; null: the device itself
 * @param asked when, by the clock of the node that asks
 */
public record DeviceQuestion(
    DeviceId device, @Nullable Set<String> apps, @Nullable InboxPage page, Instant asked) {
  /** By so much may the clocks of two hosts differ; what is older was copied on its way. */
  static final Duration FRESH = Duration.ofMinutes(5);

  private static final String PURPOSE = "question 1\n";
  private static final String EVERY_APP = "*";
  private static final String DEVICE = "device";
  private static final String INBOX = "inbox";
  private static final int APPS_FROM = 3;

  /**
   * A part of an inbox, in its order.
   *
   * @param after the place behind which it begins; -1: at the beginning
   * @param limit how many entries at most
   */
  public record InboxPage(long after, int limit) {
    /** Before the first. */
    public static final long BEGINNING = -1;

    /** More are not asked for at once. */
    public static final int MOST = 500;

    public InboxPage {
      if (after < BEGINNING) {
        throw new InvalidValueException("after", "" + after, "what next in an answer says");
      }
      if (limit < 1 || limit > MOST) {
        throw new InvalidValueException("limit", "" + limit, "a whole number from 1 to " + MOST);
      }
    }

    private String text() {
      return INBOX + ' ' + after + ' ' + limit;
    }
  }

  public DeviceQuestion {
    apps = apps == null ? null : Set.copyOf(apps);
  }

  /** Returns its bytes under a seal. */
  public byte[] sealed(NodeSeal seal) {
    String text =
        String.join(
            "\n",
            Long.toString(asked.toEpochMilli()),
            page == null ? DEVICE : page.text(),
            device.value(),
            apps == null ? EVERY_APP : String.join("\n", new TreeSet<>(apps)));
    return (seal.of(PURPOSE + text) + '\n' + text).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads one.
   *
   * @return empty if no process of this installation has just asked so
   */
  public static Optional<DeviceQuestion> read(byte[] bytes, NodeSeal seal, Instant now) {
    String all = new String(bytes, StandardCharsets.UTF_8);
    int end = all.indexOf('\n');
    if (end < 0 || !seal.isOf(PURPOSE + all.substring(end + 1), all.substring(0, end))) {
      return Optional.empty();
    }
    try {
      return Optional.of(parsed(List.of(all.substring(end + 1).split("\n", -1))))
          .filter(question -> Duration.between(question.asked(), now).abs().compareTo(FRESH) <= 0);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // Of a node of another version.
      return Optional.empty();
    }
  }

  private static DeviceQuestion parsed(List<String> lines) {
    List<String> named = lines.subList(APPS_FROM, lines.size());
    return new DeviceQuestion(
        new DeviceId(lines.get(2)),
        named.equals(List.of(EVERY_APP))
            ? null
            : Set.copyOf(named.stream().filter(app -> !app.isEmpty()).toList()),
        page(lines.get(1)),
        Instant.ofEpochMilli(Long.parseLong(lines.getFirst())));
  }

  private static @Nullable InboxPage page(String text) {
    String[] words = text.split(" ", -1);
    if (words.length == 1 && words[0].equals(DEVICE)) {
      return null;
    }
    if (words.length != 3 || !words[0].equals(INBOX)) {
      throw new InvalidValueException("question", text, DEVICE + " or " + INBOX);
    }
    return new InboxPage(Long.parseLong(words[1]), Integer.parseInt(words[2]));
  }

  /** Returns the seal of a question's bytes, to which an answer belongs. */
  static String sealOf(byte[] question) {
    String all = new String(question, StandardCharsets.UTF_8);
    return all.substring(0, Math.max(0, all.indexOf('\n')));
  }
}
