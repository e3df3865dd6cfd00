package dev.tidings.ingest.apns.channel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.ingest.apns.channel.ChannelRequest.Create;
import dev.tidings.ingest.apns.request.RejectedException;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.channel.ChannelLog;
import dev.tidings.schemas.value.JsonPayload;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of a {@link Create}. Members that nobody knows are passed over. */
final class ChannelDefinition {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private ChannelDefinition() {}

  /** Returns whether the channel keeps its most recent message. */
  static boolean stores(byte[] body, JsonPayload payloads) throws RejectedException {
    if (body.length == 0) {
      throw new RejectedException(RejectionReason.PAYLOAD_EMPTY);
    }
    if (!payloads.isObject(body)) {
      throw new RejectedException(RejectionReason.BAD_REQUEST_PAYLOAD);
    }
    try (JsonParser parser = JSON.createParser(body)) {
      return read(parser);
    } catch (IOException e) {
      throw new RejectedException(RejectionReason.BAD_REQUEST_PAYLOAD);
    }
  }

  private static boolean read(JsonParser parser) throws IOException, RejectedException {
    @Nullable String policy = null;
    @Nullable String type = null;
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("message-storage-policy")) {
        // Of a name that comes twice it cannot be told which is meant.
        policy =
            policy == null && value == JsonToken.VALUE_NUMBER_INT
                ? parser.getText()
                : "two of them";
      } else if (name.equals("push-type")) {
        type = type == null && value == JsonToken.VALUE_STRING ? parser.getText() : "two of them";
      }
      parser.skipChildren();
    }
    // Widely used clients write it in lower case.
    boolean known = ChannelLog.LIVE_ACTIVITY.equalsIgnoreCase(type);
    if (!known || policy == null || !(policy.equals("0") || policy.equals("1"))) {
      throw new RejectedException(RejectionReason.BAD_REQUEST_PARAMS);
    }
    return policy.equals("1");
  }
}
