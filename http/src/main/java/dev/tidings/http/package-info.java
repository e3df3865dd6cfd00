/**
 * What a service sees of HTTP, whichever version is spoken. In: the head of a request, then the
 * parts of its body as they arrive. Out: a response. Nothing here blocks.
 */
@NullMarked
package dev.tidings.http;

import org.jspecify.annotations.NullMarked;
