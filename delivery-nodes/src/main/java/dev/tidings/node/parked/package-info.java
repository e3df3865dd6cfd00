/**
 * Parked entries as they are kept and read. In: the store of the inbox, and which entries are
 * wanted. Out: the entries, their headers, and what is known of a device's range without reading
 * it.
 */
@NullMarked
package dev.tidings.node.parked;

import org.jspecify.annotations.NullMarked;
