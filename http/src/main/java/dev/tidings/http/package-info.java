/**
 * What a service sees of HTTP, whichever version is spoken. Input: the head of a request, then the
 * parts of its body as they arrive. Output: a response. Nothing here blocks.
 */
@NullMarked
package dev.tidings.http;

import org.jspecify.annotations.NullMarked;
