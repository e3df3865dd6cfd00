/**
 * Which operation a request is for. In: method and path. Out: the operation that was added for
 * them, or 404 or 405.
 */
@NullMarked
package dev.tidings.http.route;

import org.jspecify.annotations.NullMarked;
