/**
 * Performance-critical code in isolation, with JMH: what the benchmarks share. The benchmarks
 * themselves are in the packages of what they measure, most of which is package-private.
 */
@NullMarked
package dev.tidings.bench.micro;

import org.jspecify.annotations.NullMarked;
