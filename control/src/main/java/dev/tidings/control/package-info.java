/**
 * What administrators decide about an installation. In: the compacted topic {@code control}, whose
 * key is a kind of entry, a slash and a name; small, so each process reads it whole. Out: the
 * entries of each kind, and whether they are all known.
 *
 * <p>Each kind ({@code ControlKind}) is an Avro record; others are added here. {@code ./tidings
 * admin} and ingest-api's admin port write the entries, both by what {@code control.decide} makes
 * of their requests. The topic also has records of {@code service.installation}, in plain text and
 * under other kinds, which are passed over here.
 */
@NullMarked
package dev.tidings.control;

import org.jspecify.annotations.NullMarked;
