/**
 * Providers that send at a rate or as fast as confirmations arrive. In: recipients and a pace. Out:
 * requests, and how long it took to accept them.
 */
@NullMarked
package dev.tidings.bench.provider;

import org.jspecify.annotations.NullMarked;
