/** Pictures of figures: in come the lines of JSON that runs have printed, out go files of SVG. */
@NullMarked
package dev.tidings.bench.plot;

import org.jspecify.annotations.NullMarked;
