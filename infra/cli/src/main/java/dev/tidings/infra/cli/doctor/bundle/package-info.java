/**
 * {@code ./tidings doctor --bundle}: packs what support needs into a file, without secrets and
 * payloads. In: where everything is. Out: a zip file.
 */
@NullMarked
package dev.tidings.infra.cli.doctor.bundle;

import org.jspecify.annotations.NullMarked;
