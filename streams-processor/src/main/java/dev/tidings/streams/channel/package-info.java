/**
 * What is particular to channels among broadcasts. In: which broadcasts to a channel come, begin
 * and end. Out: whose turn it is, and which is the latest one that is kept for who joins later.
 */
@NullMarked
package dev.tidings.streams.channel;

import org.jspecify.annotations.NullMarked;
