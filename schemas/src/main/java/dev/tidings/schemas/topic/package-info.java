/**
 * The log topics in pipeline order: their names, keys, values and retention. All code that writes
 * to or reads from the log takes its topic from here.
 */
@NullMarked
package dev.tidings.schemas.topic;

import org.jspecify.annotations.NullMarked;
