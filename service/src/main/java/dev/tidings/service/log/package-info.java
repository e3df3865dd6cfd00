/** In: what goes wrong, as often as it does. Out: log lines, as many as somebody can read. */
@NullMarked
package dev.tidings.service.log;

import org.jspecify.annotations.NullMarked;
