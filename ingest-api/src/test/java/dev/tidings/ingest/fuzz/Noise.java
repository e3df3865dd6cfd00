package dev.tidings.ingest.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** What strangers send: bytes, header values, paths and bodies, from nearly right to nonsense. */
final class Noise {
  private static final String[] JSON = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"a\"",
    "\"",
    "\\",
    "\\u12",
    "1",
    "-",
    "1e999",
    "01",
    "true",
    "nul",
    " ",
    "\n",
    "\u0000",
    "\ud83d\ude00",
    "\ud83d",
    "{}",
    "{\"aps\":{\"alert\":\"x\"}}"
  };
  private static final String[] METHODS = {
    "POST", "POST", "POST", "GET", "PUT", "HEAD", "OPTIONS", "CONNECT", "TRACE", "post", "BREW", ""
  };
  private static final String[] HEADERS = {
    "apns-id",
    "apns-expiration",
    "apns-priority",
    "apns-collapse-id",
    "apns-push-type",
    "apns-topic",
    "authorization",
    "content-type",
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "expect",
    "te",
    "connection",
    "upgrade",
    "host",
    "cookie",
    "accept-encoding",
    "x-forwarded-for",
    "x"
  };
  private static final String[] VALUES = {
    "",
    "0",
    "1",
    "5",
    "10",
    "-1",
    "9223372036854775807",
    "99999999999999999999",
    "alert",
    "voip",
    "background",
    "com.example.news",
    "com.example.news.voip",
    "100-continue",
    "trailers",
    "gzip",
    "chunked",
    "close",
    "h2c",
    "a,b",
    "\u00e4",
    "bearer x.y.z"
  };

  private static final Set<String> CONNECTION_SPECIFIC =
      Set.of("connection", "upgrade", "transfer-encoding", "te", "host");

  private final Random random;

  Noise(long seed) {
    this.random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  String of(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  byte[] bytes(int below) {
    byte[] bytes = new byte[random.nextInt(below)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Something changed, left out, doubled or cut off. */
  byte[] mutated(byte[] from) {
    byte[] bytes = from.clone();
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = joined(Arrays.copyOf(bytes, at), bytes(40), tail(bytes, at));
        default -> bytes = joined(bytes, tail(bytes, at));
      }
    }
    return bytes;
  }

  byte[] body() {
    return switch (random.nextInt(8)) {
      case 0 -> new byte[0];
      case 1 -> bytes(300);
      case 2 ->
          ("{\"a\":\"" + "x".repeat(random.nextInt(9_000)) + "\"}")
              .getBytes(StandardCharsets.UTF_8);
      case 3 -> "{\"a\":".repeat(random.nextInt(800)).getBytes(StandardCharsets.UTF_8);
      case 4 ->
          mutated("{\"aps\":{\"alert\":\"Hello\",\"badge\":3}}".getBytes(StandardCharsets.UTF_8));
      case 5 -> "{\"aps\":{\"alert\":\"Hello\"}}".getBytes(StandardCharsets.UTF_8);
      default -> json().getBytes(StandardCharsets.UTF_8);
    };
  }

  private String json() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      text.append(of(JSON));
    }
    return text.toString();
  }

  String path() {
    return switch (random.nextInt(8)) {
      case 0 -> "/3/device/" + text(80);
      case 1 -> "/" + text(30);
      case 2 ->
          of("", "/", "*", "//", "/3/device/", "/3/device", "/3//device/x", "/..//3/device/x");
      case 3 -> "/3/device/" + FuzzedServer.TOKEN.hex() + of("?a=b", "/", "#", "%00", ";x", "%zz");
      case 4 -> "/v1/notifications/" + of(UUID.randomUUID().toString(), text(40));
      default -> "/3/device/" + FuzzedServer.TOKEN.hex();
    };
  }

  /** The pseudo headers and others, as HTTP/2 wants them in order, mostly. */
  List<Map.Entry<String, String>> headers() {
    Map<String, String> pseudo = new LinkedHashMap<>();
    pseudo.put(":method", oneIn(2) ? "POST" : of(METHODS));
    pseudo.put(":scheme", oneIn(20) ? of("https", "ftp", "") : "http");
    pseudo.put(":authority", oneIn(10) ? text(20) : "localhost");
    pseudo.put(":path", path());
    List<Map.Entry<String, String>> all = new ArrayList<>(pseudo.entrySet());
    if (oneIn(15)) {
      all.remove(random.nextInt(all.size()));
    }
    if (oneIn(30)) {
      all.add(Map.entry(of(":status", ":path", ":x", ":protocol"), of(VALUES)));
    }
    if (!oneIn(4)) {
      all.add(Map.entry("apns-topic", FuzzedServer.APP));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      String value = oneIn(3) ? text(random.nextInt(60) + 1) : of(VALUES);
      all.add(Map.entry(oneIn(12) ? text(12) : of(HEADERS), value));
    }
    if (oneIn(40)) {
      all.add(Map.entry("x-long", "y".repeat(random.nextInt(20_000))));
    }
    return all;
  }

  /**
   * As {@link #headers}, but none that make a request malformed (RFC 9113, section 8.2): there the
   * server may give up the connection.
   */
  List<Map.Entry<String, String>> wellFormedHeaders(int bodyBytes) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    all.add(
        Map.entry(
            ":method", of("POST", "POST", "GET", "PUT", "HEAD", "OPTIONS", "TRACE", "DELETE")));
    all.add(Map.entry(":scheme", "http"));
    all.add(Map.entry(":authority", "localhost"));
    all.add(Map.entry(":path", visible(path(), "/")));
    for (Map.Entry<String, String> header : headers()) {
      String name = header.getKey();
      if (!name.matches("[a-z][a-z0-9-]*") || CONNECTION_SPECIFIC.contains(name)) {
        continue;
      }
      String value = name.equals("content-length") ? "" + bodyBytes : header.getValue();
      if (value.length() < 2_000) {
        all.add(Map.entry(name, visible(value, "")));
      }
    }
    return all;
  }

  private static String visible(String text, String otherwise) {
    String visible = text.replaceAll("[^!-~]", "");
    return visible.isEmpty() ? otherwise : visible;
  }

  private String text(int below) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(below); i > 0; i--) {
      text.append((char) (oneIn(10) ? random.nextInt(256) : 33 + random.nextInt(94)));
    }
    return text.toString();
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length);
  }

  static byte[] joined(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
