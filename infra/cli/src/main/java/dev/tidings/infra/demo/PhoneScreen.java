package dev.tidings.infra.demo;

import dev.tidings.device.receive.Alert;
import dev.tidings.device.receive.ReceivedNotification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Shows a notification as a phone would, in text. */
public final class PhoneScreen {
  private static final int WIDTH = 44;
  private static final Pattern BREAKS = Pattern.compile("[\\t\\r\\n]+");

  private PhoneScreen() {}

  public static String of(ReceivedNotification notification) {
    Optional<Alert> alert = Alert.parse(notification.payload());
    var lines = new ArrayList<String>();
    lines.addAll(wrapped(notification.app()));
    alert.flatMap(Alert::title).ifPresent(title -> lines.addAll(wrapped(title)));
    alert.flatMap(Alert::body).ifPresent(body -> lines.addAll(wrapped(body)));
    if (lines.size() == 1) {
      lines.addAll(wrapped(new String(notification.payload(), StandardCharsets.UTF_8)));
    }
    var extras = new ArrayList<String>();
    alert.flatMap(Alert::badge).ifPresent(badge -> extras.add("badge " + badge));
    alert
        .flatMap(Alert::sound)
        .ifPresent(sound -> extras.add("sound " + TerminalText.safe(sound, WIDTH)));
    if (!extras.isEmpty()) {
      lines.add(String.join(", ", extras));
    }
    return framed(lines);
  }

  private static String framed(List<String> lines) {
    var drawing = new StringBuilder();
    String edge = "─".repeat(WIDTH + 2);
    drawing.append("  ╭").append(edge).append("╮\n");
    for (String line : lines) {
      String padding = " ".repeat(Math.max(0, WIDTH - line.codePointCount(0, line.length())));
      drawing.append("  │ ").append(line).append(padding).append(" │\n");
    }
    return drawing.append("  ╰").append(edge).append("╯").toString();
  }

  private static List<String> wrapped(String text) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : TerminalText.safe(BREAKS.matcher(text).replaceAll(" ")).split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
      while (line.length() > WIDTH) {
        lines.add(line.substring(0, WIDTH));
        line.delete(0, WIDTH);
      }
    }
    lines.add(line.toString());
    return lines;
  }
}
