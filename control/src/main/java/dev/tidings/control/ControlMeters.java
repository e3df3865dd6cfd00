package dev.tidings.control;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The meters of the reading of {@code control}: each service gives them names of its own.
 *
 * @param lag of the records still to be read
 * @param waiting of whether the reading waits
 * @param unreadable of the records that could not be read
 * @param reloads of how often the topic was read again
 */
public record ControlMeters(String lag, String waiting, String unreadable, String reloads) {
  /** Registers them. */
  public void bind(MeterRegistry metrics, ControlReader control) {
    Gauge.builder(lag, control, ControlReader::lag)
        .description("Records of control still to be read.")
        .register(metrics);
    Gauge.builder(waiting, control, each -> each.waitingFor().isEmpty() ? 0 : 1)
        .description("1 while the reading of control waits for the broker or the schema registry.")
        .register(metrics);
    FunctionCounter.builder(unreadable, control, ControlReader::unreadable)
        .description("Records of control that could not be read; their entries count for nothing.")
        .register(metrics);
    FunctionCounter.builder(reloads, control, ControlReader::readAgain)
        .description(
            "How often the entries were forgotten and read again: the topic was made anew or has"
                + " lost records, or it was not followed for too long.")
        .register(metrics);
  }
}
