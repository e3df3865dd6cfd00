/**
 * Sends one notification to all who have joined topics. In: who has joined what, and what is to be
 * sent. Out: a delivery for each subscriber, and how far it has come.
 */
@NullMarked
package dev.tidings.streams.broadcast;

import org.jspecify.annotations.NullMarked;
