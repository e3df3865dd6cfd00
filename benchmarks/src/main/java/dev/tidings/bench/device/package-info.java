/**
 * Many thousand simulated devices in one process, as cheap as they can be: in come notifications,
 * out go confirmations, latencies, and what was repeated, out of order or missing.
 */
@NullMarked
package dev.tidings.bench.device;

import org.jspecify.annotations.NullMarked;
