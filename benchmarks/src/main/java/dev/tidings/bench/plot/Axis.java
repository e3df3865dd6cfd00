package dev.tidings.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A scale from values to positions.
 *
 * @param label what it shows, with the unit
 * @param scale how values are distributed
 * @param low the value at its beginning
 * @param high the value at its end
 * @param ticks the values that are marked
 */
record Axis(String label, Scale scale, double low, double high, List<Tick> ticks) {
  /** How values are distributed over the axis. */
  enum Scale {
    LINEAR,
    LOGARITHMIC
  }

  /** A tick. */
  record Tick(double value, String text) {}

  /** Returns an axis from 0 to a round number above {@code most}. */
  static Axis linear(String label, double most) {
    double step = roundStep(Math.max(most, 1e-9) / 5);
    double high = Math.ceil(Math.max(most, 1e-9) / step) * step;
    var ticks = new ArrayList<Tick>();
    for (int i = 0; i * step <= high * 1.0001; i++) {
      ticks.add(new Tick(i * step, text(i * step)));
    }
    return new Axis(label, Scale.LINEAR, 0, high, ticks);
  }

  /**
   * Returns an axis from 1, 2 or 5 times a power of ten below {@code least} to one above {@code
   * most}.
   */
  static Axis logarithmic(String label, double least, double most) {
    var ticks = new ArrayList<Tick>();
    double from = Math.max(least, 1e-6);
    for (double decade = Math.pow(10, Math.floor(Math.log10(from))); ; decade *= 10) {
      for (double value : new double[] {decade, 2 * decade, 5 * decade}) {
        if (value * 2.5 > from) {
          ticks.add(new Tick(value, text(value)));
        }
        if (value >= most && ticks.size() > 1) {
          return new Axis(
              label, Scale.LOGARITHMIC, ticks.getFirst().value(), value, List.copyOf(ticks));
        }
      }
    }
  }

  /** Returns the position of a value: 0 at the start, 1 at the end. */
  double place(double value) {
    double place =
        switch (scale) {
          case LINEAR -> (value - low) / (high - low);
          case LOGARITHMIC -> Math.log(Math.max(value, low) / low) / Math.log(high / low);
        };
    return Math.clamp(place, 0, 1);
  }

  private static double roundStep(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double factor = step / power;
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
  }

  static String text(double value) {
    if (value >= 10_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
