package dev.tidings.ingest.apns.channel;

import dev.tidings.ingest.apns.request.RejectedException;
import dev.tidings.ingest.apns.request.RejectionReason;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paths of channels and broadcasts.
 *
 * @param bundle as it was written
 */
record ChannelPath(Kind kind, String bundle) {
  /** What a path is for. */
  enum Kind {
    CHANNELS("/1/apps/([^/]+)/channels", "POST GET DELETE"),
    ALL_CHANNELS("/1/apps/([^/]+)/all-channels", "GET"),
    BROADCASTS("/4/broadcasts/apps/([^/]+)", "POST");

    private final Pattern pattern;
    private final String methods;

    /**
     * @param methods separated by blanks
     */
    Kind(String pattern, String methods) {
      this.pattern = Pattern.compile(pattern);
      this.methods = methods;
    }

    List<String> methods() {
      return List.of(methods.split(" ", -1));
    }
  }

  /** Returns whether a path is one of channels, or would have to be. */
  static boolean isMeant(String path) {
    return path.startsWith("/1/") || path.startsWith("/4/");
  }

  static ChannelPath of(String path) throws RejectedException {
    for (Kind kind : Kind.values()) {
      Matcher matcher = kind.pattern.matcher(path);
      if (matcher.matches()) {
        return new ChannelPath(kind, matcher.group(1));
      }
    }
    throw new RejectedException(RejectionReason.BAD_PATH);
  }
}
