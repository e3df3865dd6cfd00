/**
 * HTTP/1.1 (RFC 9112). Input: bytes of a connection. Output: exchanges, and their responses as
 * bytes.
 */
@NullMarked
package dev.tidings.http.http1;

import org.jspecify.annotations.NullMarked;
