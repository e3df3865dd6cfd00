/**
 * What the doctor looks at on this machine: limits and settings of the kernel, the JVMs of running
 * services, certificates, disks. In: files and processes. Out: checks.
 */
@NullMarked
package dev.tidings.infra.cli.doctor.host;

import org.jspecify.annotations.NullMarked;
