/**
 * The threads and sockets of every server on Netty. In: how many threads, and the addresses to
 * listen on. Out: event loops, and listening sockets whose connections they serve.
 */
@NullMarked
package dev.tidings.net;

import org.jspecify.annotations.NullMarked;
