/** Draws results. In: the lines of JSON that runs have printed. Out: SVG files. */
@NullMarked
package dev.tidings.bench.plot;

import org.jspecify.annotations.NullMarked;
