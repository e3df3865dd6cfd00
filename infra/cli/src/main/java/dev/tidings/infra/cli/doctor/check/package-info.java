/** What the doctor finds, and where it looks. */
@NullMarked
package dev.tidings.infra.cli.doctor.check;

import org.jspecify.annotations.NullMarked;
