package dev.tidings.bench.plot;

import java.util.List;
import java.util.Locale;

/** A drawing: a frame with two axes, a title, a legend, and curves or bars. */
final class Svg {
  private static final int WIDTH = 820;
  private static final int HEIGHT = 440;
  private static final int LEFT = 80;
  private static final int RIGHT = 220;
  private static final int TOP = 44;
  private static final int BOTTOM = 60;
  private static final int LEGEND_LINE = 20;

  /** Distinguishable with colour blindness. */
  private static final List<String> COLOURS =
      List.of(
          "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c6d31");

  private final StringBuilder out = new StringBuilder();
  private final double[] xs = {LEFT, WIDTH - RIGHT};
  private final double[] ys = {HEIGHT - BOTTOM, TOP};
  private int legend;

  Svg(String title) {
    line(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"12\">")
            .formatted(WIDTH, HEIGHT));
    line("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>".formatted(WIDTH, HEIGHT));
    text(LEFT, 24, "start", "15", title);
  }

  static String colour(int number) {
    return COLOURS.get(number % COLOURS.size());
  }

  /** Draws the axis along the bottom. */
  void bottom(Axis axis) {
    for (Axis.Tick tick : axis.ticks()) {
      double x = x(axis.place(tick.value()));
      rule(x, ys[0], x, ys[1], "#e0e0e0");
      text(x, ys[0] + 18, "middle", "12", tick.text());
    }
    text((xs[0] + xs[1]) / 2, HEIGHT - 16, "middle", "13", axis.label());
  }

  /** Draws the axis along the left. */
  void left(Axis axis) {
    for (Axis.Tick tick : axis.ticks()) {
      double y = y(axis.place(tick.value()));
      rule(xs[0], y, xs[1], y, "#e0e0e0");
      text(xs[0] - 8, y + 4, "end", "12", tick.text());
    }
    line(
        ("<text transform=\"translate(20 %s) rotate(-90)\" text-anchor=\"middle\""
                + " font-size=\"13\">%s</text>")
            .formatted(number((ys[0] + ys[1]) / 2), escaped(axis.label())));
  }

  /** Draws a line through points, in positions from 0 to 1, and marks them. */
  void curve(List<double[]> points, String colour) {
    var path = new StringBuilder();
    for (double[] point : points) {
      path.append(path.isEmpty() ? "" : " ")
          .append(number(x(point[0])))
          .append(',')
          .append(number(y(point[1])));
    }
    line(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>"
            .formatted(path, colour));
    for (double[] point : points) {
      line(
          "<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>"
              .formatted(number(x(point[0])), number(y(point[1])), colour));
    }
  }

  /** Draws a bar between positions from 0 to 1. */
  void bar(double from, double to, double bottom, double top, String colour) {
    line(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>"
            .formatted(
                number(x(from)),
                number(y(top)),
                number(x(to) - x(from)),
                number(y(bottom) - y(top)),
                colour));
  }

  /** Writes below the frame, at a position from 0 to 1. */
  void below(double place, String text) {
    text(x(place), ys[0] + 18, "middle", "11", text);
  }

  void legend(String text, String colour) {
    double y = TOP + 10 + legend++ * LEGEND_LINE;
    line(
        "<rect x=\"%s\" y=\"%s\" width=\"12\" height=\"12\" fill=\"%s\"/>"
            .formatted(number(xs[1] + 16), number(y - 10), colour));
    text(xs[1] + 34, y, "start", "12", text);
  }

  String finish() {
    rule(xs[0], ys[0], xs[1], ys[0], "#404040");
    rule(xs[0], ys[0], xs[0], ys[1], "#404040");
    line("</svg>");
    return out.toString();
  }

  private double x(double place) {
    return xs[0] + place * (xs[1] - xs[0]);
  }

  private double y(double place) {
    return ys[0] + place * (ys[1] - ys[0]);
  }

  private void rule(double x1, double y1, double x2, double y2, String colour) {
    line(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\"/>"
            .formatted(number(x1), number(y1), number(x2), number(y2), colour));
  }

  private void text(double x, double y, String anchor, String size, String text) {
    line(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" font-size=\"%s\">%s</text>"
            .formatted(number(x), number(y), anchor, size, escaped(text)));
  }

  private void line(String element) {
    out.append(element).append('\n');
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
