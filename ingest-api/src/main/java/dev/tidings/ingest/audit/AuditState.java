package dev.tidings.ingest.audit;

import dev.tidings.schemas.topic.ReceiptKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * What is known of a partition, as the text that is committed with its offset: so whoever takes the
 * partition over goes on where another has stopped, and every process can tell all of it.
 *
 * @param topic Kafka's id of the topic, which another one of the same name does not have
 * @param since from when on everything was audited, in ms since the epoch
 * @param until up to when
 * @param count how many differences there are
 * @param listed the oldest of them, as many as have room
 */
record AuditState(Uuid topic, long since, long until, int count, List<Accepted> listed) {
  /** Brokers take 4,096 bytes by default ({@code offset.metadata.max.bytes}). */
  private static final int MOST_CHARS = 3_500;

  private static final String VERSION = "1";
  private static final int FIRST_FIELDS = 5;
  private static final int RADIX = 36;

  /** Returns the state with as many differences as have room. */
  static AuditState of(Uuid topic, long since, long until, List<Accepted> differences) {
    int chars = new AuditState(topic, since, until, differences.size(), List.of()).text().length();
    List<Accepted> listed = new ArrayList<>();
    for (Accepted each : differences) {
      chars += 1 + text(each).length();
      if (chars > MOST_CHARS) {
        break;
      }
      listed.add(each);
    }
    return new AuditState(topic, since, until, differences.size(), List.copyOf(listed));
  }

  /** Returns it as it is committed. */
  String text() {
    StringBuilder text = new StringBuilder(VERSION).append(' ').append(topic);
    text.append(' ').append(number(since)).append(' ').append(number(until));
    text.append(' ').append(number(count));
    listed.forEach(each -> text.append(' ').append(text(each)));
    return text.toString();
  }

  private static String text(Accepted each) {
    return String.join(
        ":", number(each.offset()), number(each.at()), each.receipt().text(), each.app());
  }

  private static String number(long number) {
    return Long.toString(number, RADIX);
  }

  /** Reads it; empty if it is none, or one of another version. */
  static Optional<AuditState> parse(String text) {
    String[] fields = text.split(" ", -1);
    if (fields.length < FIRST_FIELDS || !fields[0].equals(VERSION)) {
      return Optional.empty();
    }
    try {
      List<Accepted> listed = new ArrayList<>();
      for (int i = FIRST_FIELDS; i < fields.length; i++) {
        String[] parts = fields[i].split(":", 4);
        listed.add(
            new Accepted(
                Long.parseLong(parts[0], RADIX),
                ReceiptKey.parse(parts[2].getBytes(StandardCharsets.ISO_8859_1)).orElseThrow(),
                parts[3],
                Long.parseLong(parts[1], RADIX)));
      }
      return Optional.of(
          new AuditState(
              Uuid.fromString(fields[1]),
              Long.parseLong(fields[2], RADIX),
              Long.parseLong(fields[3], RADIX),
              Integer.parseInt(fields[4], RADIX),
              List.copyOf(listed)));
    } catch (RuntimeException e) {
      // Somebody else has set the offsets.
      return Optional.empty();
    }
  }
}
