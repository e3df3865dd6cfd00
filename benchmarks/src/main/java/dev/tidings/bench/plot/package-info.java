/** Draws what runs have printed. In: their lines, of JSON or as they are. Out: SVG files. */
@NullMarked
package dev.tidings.bench.plot;

import org.jspecify.annotations.NullMarked;
