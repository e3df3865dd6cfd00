package dev.tidings.ingest.apns.channel;

import dev.tidings.http.Request;
import dev.tidings.ingest.apns.request.ApnsHeaders;
import dev.tidings.ingest.apns.request.HeaderValues;
import dev.tidings.ingest.apns.request.RejectedException;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.apns.request.SenderPermissions;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.ChannelId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks everything of a request about channels that can be told without its body and without
 * knowing which channels there are. If several things are invalid, the first counts: path,
 * duplicate headers, request id, method, bundle id, channel id, push type, expiration, priority.
 */
final class ChannelCheck {
  /** Apple allows live activities alone. */
  private static final Set<PushType> TYPES =
      EnumSet.of(PushType.LIVEACTIVITY, PushType.ALERT, PushType.BACKGROUND);

  /** What could be a channel somewhere: base64 of either alphabet. */
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{1,256}={0,2}");

  private ChannelCheck() {}

  /**
   * Checks a request.
   *
   * @param validId whether its request id is valid, if it has one
   */
  static ChannelRequest check(
      Request head, ApnsHeaders headers, boolean validId, SenderPermissions sender, long nowMillis)
      throws RejectedException {
    String query = head.query();
    ChannelPath path = ChannelPath.of(query == null ? head.path() : head.path() + '?' + query);
    if (headers.repeatedOfChannels()) {
      throw new RejectedException(RejectionReason.DUPLICATE_HEADERS);
    }
    if (!validId) {
      throw new RejectedException(RejectionReason.BAD_MESSAGE_ID);
    }
    if (!path.kind().methods().contains(head.method())) {
      throw new RejectedException(RejectionReason.METHOD_NOT_ALLOWED);
    }
    AppId app = app(path.bundle(), sender);
    return switch (path.kind()) {
      case ALL_CHANNELS -> new ChannelRequest.List(app);
      case BROADCASTS -> broadcast(channel(app, headers), headers, nowMillis);
      case CHANNELS ->
          switch (head.method()) {
            case "GET" -> new ChannelRequest.Read(channel(app, headers));
            case "DELETE" -> new ChannelRequest.Delete(channel(app, headers));
            default -> new ChannelRequest.Create(app);
          };
    };
  }

  /** Which apps others have is told to nobody: what does not exist is not his either. */
  private static AppId app(String bundle, SenderPermissions sender) throws RejectedException {
    try {
      AppId app = new AppId(bundle);
      if (PushType.bySuffixOf(app) == null
          && sender.isAllowed(bundle)
          && sender.apps().contains(bundle)) {
        return app;
      }
    } catch (InvalidValueException e) {
      // None of his.
    }
    throw new RejectedException(RejectionReason.TOPIC_DISALLOWED);
  }

  private static ChannelKey channel(AppId app, ApnsHeaders headers) throws RejectedException {
    @Nullable String text = headers.channelId();
    if (text == null || text.isEmpty()) {
      throw new RejectedException(RejectionReason.MISSING_CHANNEL_ID);
    }
    if (!BASE64.matcher(text).matches()) {
      throw new RejectedException(RejectionReason.BAD_CHANNEL_ID);
    }
    try {
      return new ChannelKey(app, new ChannelId(text));
    } catch (InvalidValueException e) {
      // Well-formed, and none of ours.
      throw new RejectedException(RejectionReason.CHANNEL_NOT_REGISTERED);
    }
  }

  private static ChannelRequest broadcast(ChannelKey channel, ApnsHeaders headers, long nowMillis)
      throws RejectedException {
    @Nullable PushType type = HeaderValues.pushType(headers.pushType());
    if (type == null) {
      throw new RejectedException(RejectionReason.MISSING_PUSH_TYPE);
    }
    if (!TYPES.contains(type)) {
      throw new RejectedException(RejectionReason.INVALID_PUSH_TYPE);
    }
    @Nullable String said = headers.expiration();
    Expiration expiration =
        said == null ? Expiration.ONCE : HeaderValues.expiration(said, nowMillis);
    Priority priority = HeaderValues.priority(HeaderValues.priority(headers.priority()), type);
    boolean zero = said == null || said.chars().allMatch(c -> c == '0');
    return new ChannelRequest.Broadcast(channel, !zero, expiration, priority, type);
  }
}
