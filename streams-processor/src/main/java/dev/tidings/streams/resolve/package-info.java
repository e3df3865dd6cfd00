/**
 * Resolving: in come notifications and registrations, out goes each notification to the device its
 * token leads to, or the word that there is none. What comes before its registration waits a
 * little.
 */
@NullMarked
package dev.tidings.streams.resolve;

import org.jspecify.annotations.NullMarked;
