package dev.tidings.node.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.node.look.DeviceLook;
import dev.tidings.node.look.Owed;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes what is known of a device as JSON, in ASCII: serials are shown in terminals. */
final class DeviceJson {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().highestNonEscapedChar(0x7e).build();

  private static final String USER = "user:";
  private static final String TAG = "tag:";

  private final String node;

  /**
   * @param node this node, as traces name it
   */
  DeviceJson(String node) {
    this.node = node;
  }

  @FunctionalInterface
  private interface Members {
    void write(JsonGenerator out) throws IOException;
  }

  private static String object(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      members.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Writes the device. */
  String device(DeviceFacts facts) {
    return object(out -> {
      out.writeStringField("device", facts.question().device().value());
      out.writeStringField("node", node);
      DeviceLook.@Nullable Connection connection = facts.look().connection();
      out.writeBooleanField("connected", connection != null);
      if (connection != null) {
        time(out, "since", connection.link().since().toEpochMilli());
        out.writeStringField("protocol", connection.link().protocol());
        out.writeStringField("transport", connection.link().transport());
        texts(out, "subscriptions", facts.visible(connection.filters()));
      }
      if (facts.kept() != null) {
        kept(out, facts, facts.kept());
      }
      registrations(out, facts);
      counts(out, facts.look());
    });
  }

  private static void kept(JsonGenerator out, DeviceFacts facts, Subscription kept)
      throws IOException {
    out.writeObjectFieldStart("session");
    texts(out, "subscriptions", facts.visible(kept.getFilters()));
    out.writeNumberField("keptForSeconds", kept.getKeptFor() / 1_000);
    if (facts.look().connection() == null && kept.getEndedAt() != null) {
      time(out, "endedAt", kept.getEndedAt());
    }
    out.writeEndObject();
  }

  private static void registrations(JsonGenerator out, DeviceFacts facts) throws IOException {
    out.writeArrayFieldStart("registrations");
    for (Map.Entry<String, DeviceFacts.Registered> each : facts.registrations().entrySet()) {
      out.writeStartObject();
      out.writeStringField("app", each.getKey());
      out.writeStringField("token", each.getValue().token().hex());
      time(out, "since", each.getValue().since());
      text(out, "locale", each.getValue().locale());
      text(out, "timeZone", each.getValue().timeZone());
      List<String> joined = each.getValue().topics();
      for (String topic : joined) {
        if (topic.startsWith(USER)) {
          out.writeStringField("user", topic.substring(USER.length()));
          break;
        }
      }
      texts(out, "tags", joined.stream().filter(isOf(TAG)).map(behind(TAG)).toList());
      texts(out, "topics", joined.stream().filter(isOf(USER).or(isOf(TAG)).negate()).toList());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static Predicate<String> isOf(String prefix) {
    return topic -> topic.startsWith(prefix);
  }

  private static Function<String, String> behind(String prefix) {
    return topic -> topic.substring(prefix.length());
  }

  private static void counts(JsonGenerator out, DeviceLook look) throws IOException {
    out.writeObjectFieldStart("inbox");
    long inFlight = look.owed().stream().filter(Owed::inFlight).count();
    out.writeNumberField("inFlight", inFlight);
    out.writeNumberField("waiting", look.owed().size() - inFlight);
    out.writeNumberField("payloadBytes", look.owed().stream().mapToLong(Owed::payloadBytes).sum());
    long oldest =
        look.owed().stream()
            .map(Owed::acceptedAt)
            .filter(Objects::nonNull)
            .mapToLong(at -> at)
            .min()
            .orElse(-1);
    if (oldest >= 0) {
      time(out, "oldest", oldest);
    }
    // There is more than was counted.
    out.writeBooleanField("more", look.next() != null);
    out.writeEndObject();
  }

  /** Writes a page of its inbox. */
  String inbox(DeviceFacts facts) {
    return object(out -> {
      out.writeStringField("device", facts.question().device().value());
      out.writeBooleanField("connected", facts.look().connection() != null);
      out.writeArrayFieldStart("notifications");
      for (Owed owed : facts.look().owed()) {
        out.writeStartObject();
        boolean withdraws = WithdrawalId.isOne(owed.id());
        out.writeStringField("id", withdraws ? withdrawn(owed.id()) : owed.id());
        out.writeStringField("kind", withdraws ? "withdrawal" : "notification");
        out.writeStringField("app", owed.app());
        out.writeStringField("state", owed.inFlight() ? "inFlight" : "waiting");
        if (owed.acceptedAt() != null) {
          time(out, "acceptedAt", owed.acceptedAt());
        }
        if (owed.expiresAt() != null) {
          time(out, "expiresAt", owed.expiresAt());
        }
        out.writeNumberField("payloadBytes", owed.payloadBytes());
        out.writeEndObject();
      }
      out.writeEndArray();
    });
  }

  private static String withdrawn(String id) {
    return id.substring(WithdrawalId.of("").length());
  }

  private static void texts(JsonGenerator out, String name, Collection<String> texts)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (String text : texts) {
      out.writeString(text);
    }
    out.writeEndArray();
  }

  private static void text(JsonGenerator out, String name, @Nullable String text)
      throws IOException {
    if (text != null) {
      out.writeStringField(name, text);
    }
  }

  private static void time(JsonGenerator out, String name, long millis) throws IOException {
    out.writeStringField(name, Instant.ofEpochMilli(millis).toString());
  }
}
