package dev.tidings.service.management;

import dev.tidings.service.management.ManagementResponse.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a request according to RFC 9112; ambiguous requests are refused.
 *
 * @param path without the query, unreserved characters decoded
 * @param last whether the connection is closed after the response: the client asked for it, or a
 *     body follows, which is not read
 */
record RequestHead(String method, String path, boolean last) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern LINE = Pattern.compile("(" + TOKEN + ") ([!-\"$-~]+) (\\S+)");
  private static final Pattern VERSION = Pattern.compile("HTTP/([0-9])\\.([0-9])");
  private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):([\t -~\\x80-\\xff]*)");
  private static final Pattern TARGET =
      Pattern.compile("(?:[Hh][Tt][Tt][Pp]://[^/?]+)?(/[^?]*)?.*");
  private static final Pattern ESCAPE = Pattern.compile("%(\\p{XDigit}{2})?");
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[0-9A-Za-z._~%!$&'()*+,;=-]*)(:[0-9]*)?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** The request is invalid: it gets an error response, and its connection is closed. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ManagementResponse answer;

    Refused(Status status, String message) {
      super(message, null, false, false);
      this.answer = ManagementResponse.error(status, message);
    }

    ManagementResponse answer() {
      return answer;
    }
  }

  /**
   * Parses a request head.
   *
   * @param lines the request line and the fields, without line ends
   */
  static RequestHead of(List<String> lines) throws Refused {
    Matcher line = LINE.matcher(lines.getFirst());
    if (!line.matches()) {
      throw malformed("request line");
    }
    boolean http10 = isHttp10(line.group(3));
    Map<String, List<String>> fields = new TreeMap<>();
    for (String text : lines.subList(1, lines.size())) {
      Matcher field = FIELD.matcher(text);
      if (!field.matches()) {
        throw malformed("header");
      }
      fields
          .computeIfAbsent(field.group(1).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(field.group(2).strip());
    }
    checkHost(fields.getOrDefault("host", List.of()), http10);
    boolean body = hasBody(fields, http10);
    boolean close =
        fields.getOrDefault("connection", List.of()).stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
    return new RequestHead(line.group(1), path(line.group(2)), http10 || body || close);
  }

  /** Returns whether only the head of the response is wanted. */
  boolean isHead() {
    return method.equals("HEAD");
  }

  private static Refused malformed(String what) {
    return new Refused(Status.BAD_REQUEST, "malformed " + what);
  }

  private static boolean isHttp10(String text) throws Refused {
    Matcher version = VERSION.matcher(text);
    if (!version.matches()) {
      throw malformed("version");
    }
    if (!version.group(1).equals("1")) {
      throw new Refused(Status.VERSION_NOT_SUPPORTED, "version not supported");
    }
    return version.group(2).equals("0");
  }

  private static void checkHost(List<String> hosts, boolean http10) throws Refused {
    boolean fits =
        hosts.isEmpty() ? http10 : hosts.size() == 1 && HOST.matcher(hosts.getFirst()).matches();
    if (!fits) {
      throw malformed("host");
    }
  }

  private static boolean hasBody(Map<String, List<String>> fields, boolean http10) throws Refused {
    List<String> lengths = fields.getOrDefault("content-length", List.of());
    List<String> codings = fields.getOrDefault("transfer-encoding", List.of());
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty() || http10) {
        throw malformed("length");
      }
      List<String> all =
          List.of(String.join(",", codings).toLowerCase(Locale.ROOT).split("[ \t]*,[ \t]*", -1));
      if (all.indexOf("chunked") != all.size() - 1) {
        // Nobody knows where such a body ends: RFC 9112, section 6.3.
        throw malformed("length");
      }
      if (all.size() > 1) {
        throw new Refused(Status.NOT_IMPLEMENTED, "transfer coding not supported");
      }
      return true;
    }
    if (lengths.isEmpty()) {
      return false;
    }
    if (lengths.stream().distinct().count() > 1 || !NUMBER.matcher(lengths.getFirst()).matches()) {
      throw malformed("length");
    }
    return Long.parseLong(lengths.getFirst()) > 0;
  }

  private static String path(String target) throws Refused {
    Matcher found = TARGET.matcher(target);
    String path = found.matches() && found.group(1) != null ? found.group(1) : "";
    StringBuilder decoded = new StringBuilder();
    Matcher escape = ESCAPE.matcher(path);
    while (escape.find()) {
      if (escape.group(1) == null) {
        throw malformed("path");
      }
      char c = (char) Integer.parseInt(escape.group(1), 16);
      escape.appendReplacement(
          decoded, Matcher.quoteReplacement(isUnreserved(c) ? String.valueOf(c) : escape.group()));
    }
    return escape.appendTail(decoded).toString();
  }

  /**
   * Returns whether the character means the same with and without its escape (RFC 3986, section
   * 2.3).
   */
  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }
}
