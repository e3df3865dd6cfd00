/**
 * Local copies of compacted topics. In: a topic, and a way to decode its records. Out: a table that
 * is up to date with it, and whether it is complete. The table survives what happens to the topic,
 * and a topic that was recreated is read again.
 */
@NullMarked
package dev.tidings.service.table;

import org.jspecify.annotations.NullMarked;
