/**
 * Providers that send at a rate or as fast as confirmations come: in come recipients and a pace,
 * out go requests and how long their acceptance took.
 */
@NullMarked
package dev.tidings.bench.provider;

import org.jspecify.annotations.NullMarked;
