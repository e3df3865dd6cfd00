/** A run from start to result: the pipeline, devices and providers, its phases, its figures. */
@NullMarked
package dev.tidings.bench.run;

import org.jspecify.annotations.NullMarked;
