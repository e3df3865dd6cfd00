/**
 * Thousands of simulated devices in one process, at minimal cost. In: notifications. Out:
 * confirmations, latencies, and what was repeated, out of order or missing.
 */
@NullMarked
package dev.tidings.bench.device;

import org.jspecify.annotations.NullMarked;
