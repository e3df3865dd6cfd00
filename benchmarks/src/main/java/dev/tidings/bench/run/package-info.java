/** One run of a scenario: the pipeline, devices and providers, its phases, and its results. */
@NullMarked
package dev.tidings.bench.run;

import org.jspecify.annotations.NullMarked;
