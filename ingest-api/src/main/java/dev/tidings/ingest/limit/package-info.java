/**
 * How much providers may send. In: on whose behalf a request comes, from which address, and what it
 * is for; the limits that the settings and the topic {@code control} name. Out: whether it may go
 * on, or which limit it exceeds and when it may come again. Knows no protocol but the fields of
 * HTTP that say so. Runs on event loops, answers from memory and never blocks; what is remembered
 * has a fixed size, whatever strangers send.
 */
@NullMarked
package dev.tidings.ingest.limit;

import org.jspecify.annotations.NullMarked;
