/**
 * Writes to the log. In: records of all kinds, from any thread. Out: the records, in order for each
 * topic, or what could not be written and why.
 */
@NullMarked
package dev.tidings.node.log.write;

import org.jspecify.annotations.NullMarked;
