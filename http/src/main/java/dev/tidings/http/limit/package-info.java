/**
 * How much clients may have: connections, requests, time and unread responses, each and all
 * together.
 */
@NullMarked
package dev.tidings.http.limit;

import org.jspecify.annotations.NullMarked;
