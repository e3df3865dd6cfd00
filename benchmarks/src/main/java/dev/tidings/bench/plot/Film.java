package dev.tidings.bench.plot;

import java.util.List;
import java.util.Locale;

/**
 * A moving picture of a terminal, as an SVG without a script: each line is there from its time on,
 * and it begins again some seconds after the last one. Who wants no motion sees all of it at once.
 */
public final class Film {
  private static final double STAYS = 6;
  private static final int LINE = 19;
  private static final double CHARACTER = 8.43;
  private static final int MARGIN = 20;
  private static final int BAR = 34;
  private static final int BASE = 14;

  private final String command;
  private final Recording recording;
  private final StringBuilder out = new StringBuilder();

  /**
   * @param command what was run
   * @param recording what it printed
   */
  public Film(String command, Recording recording) {
    this.command = command;
    this.recording = recording;
  }

  /** Returns the picture. */
  public String draw() {
    List<Recording.Line> lines = recording.lines();
    int width = (int) Math.ceil(2 * MARGIN + Math.max(60, recording.width()) * CHARACTER);
    int height = BAR + MARGIN + (lines.size() + 1) * LINE + MARGIN / 2;
    line(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\" aria-labelledby=\"title\">")
            .formatted(width, height, width, height));
    line("<title id=\"title\">%s</title>".formatted(escaped(command)));
    styles(lines);
    line("<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#14171b\"/>".formatted(width, height));
    for (int i = 0; i < 3; i++) {
      line("<circle cx=\"%d\" cy=\"18\" r=\"5\" fill=\"#4a515d\"/>".formatted(MARGIN + i * 18));
    }
    line(
        "<g fill=\"#e7e9ed\" font-size=\"14\" font-family=\"ui-monospace, SFMono-Regular, Menlo,"
            + " Consolas, 'DejaVu Sans Mono', monospace\">");
    text(0, "command", "$ " + command);
    for (int i = 0; i < lines.size(); i++) {
      text(i + 1, "l l" + i, lines.get(i).text());
    }
    line("</g></svg>");
    return out.toString();
  }

  private void styles(List<Recording.Line> lines) {
    double whole = recording.end() + STAYS;
    line("<style>");
    line("@media (prefers-reduced-motion:no-preference){");
    line(".l{animation:%ss step-end infinite}".formatted(number(whole)));
    for (int i = 0; i < lines.size(); i++) {
      line(
          ".l%d{animation-name:k%d}@keyframes k%d{0%%{opacity:0}%s%%{opacity:1}}"
              .formatted(i, i, i, number(100 * lines.get(i).at() / whole)));
    }
    line("}");
    line("</style>");
  }

  private void text(int row, String style, String text) {
    if (!text.isBlank()) {
      line(
          "<text class=\"%s\" x=\"%d\" y=\"%d\" textLength=\"%s\" xml:space=\"preserve\">%s</text>"
              .formatted(
                  style,
                  MARGIN,
                  BAR + BASE + MARGIN / 2 + row * LINE,
                  number(text.codePointCount(0, text.length()) * CHARACTER),
                  escaped(text)));
    }
  }

  private void line(String element) {
    out.append(element).append('\n');
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
