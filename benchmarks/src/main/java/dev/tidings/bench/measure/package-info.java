/** Measurements: time stamps in payloads, the measured phase, processor time, memory. */
@NullMarked
package dev.tidings.bench.measure;

import org.jspecify.annotations.NullMarked;
