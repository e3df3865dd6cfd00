/**
 * HTTP/2 (RFC 9113). Input: bytes of a connection. Output: exchanges, and their responses as bytes.
 */
@NullMarked
package dev.tidings.http.http2;

import org.jspecify.annotations.NullMarked;
