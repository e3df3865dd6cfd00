/**
 * What is measured and with what: time stamps in payloads, the phase that counts, processor time,
 * memory.
 */
@NullMarked
package dev.tidings.bench.measure;

import org.jspecify.annotations.NullMarked;
